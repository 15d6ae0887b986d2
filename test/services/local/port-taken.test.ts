/**
 * A port that is taken is named, with the setting that changes it, by all that listen. Keeps out: a stack that talks to another
 * hub which holds its port, and `EADDRINUSE` with a stack trace.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { listeningTrouble } from '../../../services/contract/listening.ts'
import { startKafka } from '../../../services/local/kafka.ts'
import { repository } from '../../../services/local/places.ts'
import { startPostgres } from '../../../services/local/postgres.ts'
import { createFolder, permitConfig } from '../../support/adapter.ts'
import { registerDepartment } from '../../support/city-department.ts'
import { typeCommand } from '../../support/cli.ts'
import { startTestHub, type TestHub } from '../../support/exchange.ts'
import { uniqueDepartment } from '../../support/kafka.ts'
import { temporaryHome } from '../../support/temporary-home.ts'

const department = uniqueDepartment('ports')
let hub: TestHub
let held: Server[]
let ports: number[]
beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  held = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  ports = held.map(server => (server.address() as { port: number }).port)
})
afterAll(async () => {
  for (const server of held ?? []) server.close()
  await hub?.close()
})

const taken = (port: number, setting: string) =>
  expect.stringMatching(
    `Port ${port} at 127\\.0\\.0\\.1 is in use \\(端口 ${port} 已被占用\\).* set ${setting} to another`,
  )

test('npm start names every port that is taken, and its option, before it starts anything', async () => {
  const data = await temporaryHome()
  const [hubPort, issuer, kafka, postgres] = ports as [number, number, number, number]
  const words = ['start', '--data', data, '--exit', '--port', hubPort, '--issuer-port', issuer]
  const { code, out, err } = await typeCommand(
    [...words, '--kafka-port', kafka, '--postgres-port', postgres].map(String),
  )
  expect([code, err]).toEqual([1, taken(hubPort, '--port')])
  expect(err).toEqual(taken(issuer, '--issuer-port'))
  expect(err).toEqual(taken(kafka, '--kafka-port'))
  expect(err).toEqual(taken(postgres, '--postgres-port'))
  expect(out).toContain('✗ Start PostgreSQL, identity, Kafka, exchange')
  const doubled = await typeCommand(['start', '--data', data, '--exit', '--port', '20001', '--issuer-port', '20001'])
  expect(doubled).toMatchObject({
    code: 1,
    err: expect.stringContaining('Port 20001 cannot be both --port and --issuer-port'),
  })
})

test('beside a fixed port of the hub, Kafka has its own fixed one', async () => {
  const data = await temporaryHome()
  const usual = createServer()
  const isOurs = await new Promise(resolve => {
    usual.once('error', () => resolve(false)).listen(9092, '127.0.0.1', () => resolve(true))
  })
  const { err } = await typeCommand(['start', '--data', data, '--exit', '--port', String(ports[0])])
  expect(err).toEqual(taken(9092, '--kafka-port'))
  if (isOurs) usual.close()
})

/** One of our programs as an operator starts it; it must end by itself. */
async function run(script: string, env: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, [join(repository, 'services', script, 'main.ts'), ...words], { env })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  return { code, said }
}

test('exchange, its metrics, the issuer and an adapter each name the port and the setting', async () => {
  const [port] = ports as [number]
  const exchange = { ...hub.environment, DATARUN_INGEST: 'false', DATARUN_LOG_LEVEL: 'error' }
  const silent = { DATARUN_LOG_LEVEL: 'error', DATARUN_PORT: String(port) }
  expect(await run('exchange', { ...exchange, DATARUN_PORT: String(port) })).toEqual({
    code: 2,
    said: taken(port, 'DATARUN_PORT'),
  })
  expect(await run('exchange', { ...exchange, DATARUN_METRICS_PORT: String(port) })).toEqual({
    code: 2,
    said: taken(port, 'DATARUN_METRICS_PORT'),
  })
  expect(await run('identity', { ...hub.issuer.environment, ...silent })).toEqual({
    code: 1,
    said: taken(port, 'DATARUN_PORT'),
  })
  const folder = await createFolder(hub, department)
  const intake = { DATARUN_INTAKE_TOKEN: 'x'.repeat(32) }
  const config = join(folder.path, 'intake.json')
  const { csv: _csv, mapping: _mapping, event: _event, ...bare } = permitConfig(department)
  await writeFile(config, JSON.stringify({ ...bare, intake: { port } }))
  expect(await run('adapter', { ...folder.settings, ...intake }, config)).toEqual({
    code: 1,
    said: taken(port, 'DATARUN_PORT or /intake/port'),
  })
  await folder.remove()
})

test('Kafka and PostgreSQL started alone name it too', async () => {
  const directory = await temporaryHome()
  const [port] = ports as [number]
  await expect(startKafka({ directory, port, security: 'none' })).rejects.toThrow(`Port ${port} at 127.0.0.1 is in use`)
  await expect(startPostgres({ directory, port })).rejects.toThrow(`Port ${port} at 127.0.0.1 is in use`)
})

test('a port that only root may open, and an address of another machine, are named as such', () => {
  const place = { host: '192.0.2.1', port: 443 }
  const settings = { host: 'DATARUN_HOST', port: 'DATARUN_PORT' }
  const of = (code: string, syscall = 'listen') =>
    listeningTrouble(Object.assign(new Error(code), { code, syscall }), place, settings)
  expect(of('EACCES')).toContain('set DATARUN_PORT to one above 1023')
  expect(of('EADDRNOTAVAIL')).toContain('set DATARUN_HOST')
  expect(of('EMFILE')).toContain('DATARUN_PORT')
  expect(of('ECONNREFUSED', 'connect')).toBeUndefined()
})
