/**
 * Test files run in worker processes; PostgreSQL and Kafka belong to the process that runs jest. This is the desk where the
 * workers ask for them: an HTTP server on a loopback port, at a path that only they know. Each server starts when the first
 * test asks for it, so that runs of unit tests alone wait for nothing.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { chooseBackend, type TestServer } from './backend.ts'
import { lazily } from './lazily.ts'
import { openTestDatabases } from './template-database.ts'

export type Question =
  | { ask: 'database'; migrated: boolean }
  | { ask: 'drop-database'; name: string }
  | { ask: 'kafka' }
  | { ask: 'backend' }

export type Desk = { url: string; close(): Promise<void> }

export async function openDesk(choice: string | undefined): Promise<Desk> {
  const servers: TestServer[] = []
  const kept = <T extends TestServer>(server: T) => {
    servers.push(server)
    return server
  }
  const backend = lazily(() => chooseBackend(choice))
  if (choice) await backend() // so that a wish that cannot be met is told before the first test
  const kafka = lazily(async () => kept(await (await backend()).startKafka('none')))
  const databases = lazily(async () => {
    const postgres = kept(await (await backend()).startPostgres({ durable: false }))
    return openTestDatabases(postgres.urlOf)
  })

  async function answer(question: Question): Promise<unknown> {
    switch (question.ask) {
      case 'database':
        return (await databases()).create(question)
      case 'drop-database':
        return (await databases()).drop(question.name)
      case 'kafka':
        return { brokers: (await kafka()).brokers }
      case 'backend':
        return (await backend()).name
    }
  }

  const path = `/${randomUUID()}`
  const server = createServer((request, response) => void serve(request, response, path, answer))
  // A worker must never meet a connection that is just being closed for idleness.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  server.unref()
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await Promise.all(servers.map(started => started.remove()))
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  answer: (question: Question) => Promise<unknown>,
) {
  if (request.url !== path) return response.writeHead(404).end()
  try {
    const answered = await answer((await json(request)) as Question)
    return response.end(JSON.stringify(answered ?? {}))
  } catch (error) {
    return response.writeHead(500).end(error instanceof Error ? error.message : String(error))
  }
}
