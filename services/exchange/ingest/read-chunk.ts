/** Messages as record versions, or as the reasons why they are none, before anybody goes to PostgreSQL with them. */
import { setImmediate as others } from 'node:timers/promises'
import type { IncomingMessage } from '../../contract/envelope.ts'
import type { Failure } from '../../contract/failure.ts'
import type { RecordVersion } from '../registry/version.ts'
import type { ReadMessage } from './read-message.ts'
import { resolveSchemas, type SchemaSource } from './resolve-schemas.ts'

/** To each message what it was read as. */
export type ReadChunk = { messages: IncomingMessage[]; outcomes: (RecordVersion | Failure)[] }

/** As many at a time as hold the event loop for a few milliseconds: pulls are answered in between. */
const readAtOnce = 250

export async function readChunk(
  { dataset, read, schemas }: { dataset: string; read: ReadMessage; schemas: SchemaSource },
  messages: IncomingMessage[],
): Promise<ReadChunk> {
  const known = await resolveSchemas(schemas, dataset, messages)
  const outcomes: ReadChunk['outcomes'] = []
  for (const message of messages) {
    if (outcomes.length > 0 && outcomes.length % readAtOnce === 0) await others()
    outcomes.push(read(message, known))
  }
  return { messages, outcomes }
}
