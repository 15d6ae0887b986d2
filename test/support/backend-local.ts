import { join } from 'node:path'
import { startKafka } from '../../services/local/kafka.ts'
import { removeDirectory } from '../../services/local/places.ts'
import { startPostgres } from '../../services/local/postgres.ts'
import type { Backend } from './backend.ts'
import { temporaryHome } from './temporary-home.ts'

/** Child processes, with their data in a temporary directory that goes with them. */
export function localBackend(): Backend {
  return {
    name: 'local',
    startPostgres: async ({ durable }) => {
      const directory = await temporaryHome()
      const postgres = await startPostgres({ directory, durable, settings: { max_connections: '200' } })
      return { urlOf: postgres.urlOf, start: postgres.start, kill: postgres.kill, remove: removal(postgres, directory) }
    },
    startKafka: async security => {
      const directory = await temporaryHome()
      const kafka = await startKafka({ directory, security, shortLived: true })
      return { brokers: kafka.brokers, start: kafka.start, kill: kafka.kill, remove: removal(kafka, directory) }
    },
  }
}

const removal = (server: { kill(): Promise<void> }, directory: string) => async () => {
  await server.kill() // nobody will ask for its data again
  await removeDirectory(join(directory, 'postgres'))
  await removeDirectory(directory)
}
