/**
 * `--json` of every command: JSON alone on standard output, whatever else is said. The commands are walked, so that a new one
 * without a line here fails.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Command } from 'commander'
import { createProgram } from '../../../services/cli/program.ts'
import { cityDayOf } from '../../../services/contract/city-time.ts'
import { repository } from '../../../services/local/places.ts'
import { permitConfig } from '../../support/adapter.ts'
import { alice, must } from '../../support/city-department.ts'
import { cliMain, typeCommand } from '../../support/cli.ts'
import { requirement } from '../../support/pull-cases.ts'
import { openPullCity, type PullCity, purpose } from '../../support/pull-city.ts'

let city: PullCity
let folder: string
let dataset: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-json-'))
  city = await openPullCity()
  const source = await city.addSource()
  dataset = source.id
  await city.agree(dataset)
  await city.store(dataset, { key: 'P-1' })
  await city.putMatter([requirement('permit', [[dataset]])])
  const { body } = await must(city.pull({ matter: purpose }))
  const token = await city.hub.tokenOf('auditor')
  await writeFile(join(folder, 'departments.json'), '[]')
  await writeFile(join(folder, 'receipt'), body.log.receipt)
  await writeFile(join(folder, 'answer'), JSON.stringify(body))
  await writeFile(join(folder, 'entry'), JSON.stringify(await city.entry(body.log.index)))
  await writeFile(join(folder, 'token'), token)
  await writeFile(join(folder, 'schema.json'), '{"type": "object"}')
  await writeFile(join(folder, 'adapter.json'), JSON.stringify(permitConfig(source.department)))
  const exported = await fetch(`${city.hub.exchange.address}/v1/access-log/exports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"kind":"pull"}',
  })
  await writeFile(join(folder, 'export'), await exported.text())
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await city?.close()
})

async function environmentOf(who: string): Promise<NodeJS.ProcessEnv> {
  const { exchange, issuer, environment } = city.hub
  return {
    DATARUN_HUB_URL: exchange.address,
    DATARUN_ISSUER: issuer.issuer,
    DATARUN_SYSTEM: who,
    DATARUN_SYSTEM_KEY_FILE: (await issuer.keys.of(who)).file,
    DATARUN_KAFKA_BROKERS: environment.DATARUN_KAFKA_BROKERS,
    DATARUN_KAFKA_SECURED: 'false',
    DATARUN_STATE_FOLDER: join(folder, 'state'),
  }
}

type Recipe = {
  words: () => string[]
  as?: 'desk' | 'operator' | 'steward'
  input?: string
  code?: number
  has?: string
}
const subject = `person ${alice}\n`
const file = (name: string) => join(folder, name)
const log = () => ['--url', `${city.hub.exchange.address}/v1/access-log`]
const trust = () => ['--key', city.hub.verifierKey]
const today = () => ['--from', cityDayOf(new Date()), '--to', cityDayOf(new Date())]
const auditing = () => ['--token-file', file('token')]
const reset = (...words: string[]) => ['sequence-reset', ...words]
const missing = '00000000000000000000000000'

/** `has` is a member that the JSON has; without it standard output must be empty, as where the hub refuses. */
const recipes: Record<string, Recipe> = {
  start: { words: () => ['start', '--exit', '--port', '20002', '--issuer-port', '20002', '--data', folder], code: 1 },
  reset: { words: () => ['reset', '--data', file('nothing')], has: 'removed' },
  key: { words: () => ['key', file('key.json')], has: 'thumbprint' },
  'adapter run': { words: () => ['adapter', 'run', '--once', file('adapter.json')], code: 1, has: 'failures' },
  'catalogue apply': { words: () => ['catalogue', 'apply', folder], as: 'operator', has: 'datasets' },
  'catalogue systems': { words: () => ['catalogue', 'systems'], as: 'operator', has: '0' },
  'catalogue demand-dpop': { words: () => ['catalogue', 'demand-dpop', 'nobody/office'], as: 'operator', code: 2 },
  pull: {
    words: () => ['pull', '--matter', purpose, '--case', '1', '--official', 'u'],
    input: subject,
    has: 'results',
  },
  'log search': { words: () => ['log', 'search', '--subject', ...auditing()], input: subject, has: 'items' },
  'log reindex': { words: () => ['log', 'reindex'], as: 'operator', has: 'position' },
  'log check-index': { words: () => ['log', 'check-index'], as: 'operator', has: 'position' },
  'log accept-clock': { words: () => ['log', 'accept-clock', '--reason', 'trial'], as: 'operator', code: 1 },
  'log accept-restore': { words: () => ['log', 'accept-restore', '--reason', 'trial'], as: 'operator', code: 1 },
  ledger: { words: () => ['ledger', ...today(), ...auditing()], has: 'total' },
  'sequence-reset ask': { words: () => reset('ask', dataset, '--reason', 'trial'), as: 'steward', has: 'id' },
  'sequence-reset list': { words: () => reset('list', dataset), as: 'steward', has: 'items' },
  'sequence-reset approve': { words: () => reset('approve', dataset, missing), as: 'steward', code: 1 },
  'sequence-reset decline': { words: () => reset('decline', dataset, missing), as: 'steward', code: 1 },
  'reader register': {
    words: () => ['reader', 'register', 'hub/kafka-ui', '--zh', '界面', '--en', 'UI'],
    as: 'operator',
    has: 'id',
  },
  'reader secret': { words: () => ['reader', 'secret', 'hub/kafka-ui'], as: 'operator', has: 'secret' },
  'reader revoke': { words: () => ['reader', 'revoke', 'hub/kafka-ui'], as: 'operator', has: 'id' },
  'reader list': { words: () => ['reader', 'list'], as: 'operator', has: '0' },
  'schema check': { words: () => ['schema', 'check', file('schema.json'), file('schema.json')], has: 'verdict' },
  'schema convert': { words: () => ['schema', 'convert', file('schema.json')], has: 'type' },
  'verify receipt': { words: () => ['verify', 'receipt', file('receipt'), ...trust()], has: 'verdict' },
  'verify answer': {
    words: () => ['verify', 'answer', file('answer'), '--entry', file('entry'), ...trust()],
    has: 'datasets',
  },
  'verify export': { words: () => ['verify', 'export', file('export'), ...trust()], has: 'entries' },
  'verify log': { words: () => ['verify', 'log', ...log(), ...trust(), '--tiles-only'], has: 'root' },
  'verify ledger': { words: () => ['verify', 'ledger', ...today(), ...log(), ...trust(), ...auditing()], has: 'total' },
  'verify watch': {
    words: () => ['verify', 'watch', '--once', ...log(), ...trust(), '--keep', file('kept')],
    has: 'size',
  },
  'witness key': {
    words: () => ['witness', 'key', 'witness.test/w', '--out', file('witness.key')],
    has: 'verifierKey',
  },
  token: { words: () => ['token'], has: 'token' },
  'log-key': { words: () => ['log-key', 'hub.test/log', '--out', file('log.key')], has: 'verifierKey' },
}

const leavesOf = (command: Command, path: string[] = []): [string, Command][] =>
  command.commands.length > 0
    ? command.commands.flatMap(one => leavesOf(one, [...path, one.name()]))
    : [[path.join(' '), command]]

test('every command has --json, and a line of this test', async () => {
  const leaves = leavesOf(await createProgram({}))
  const without = leaves.filter(([, { options }]) => !options.some(({ long }) => long === '--json'))
  expect(without.map(([path]) => path)).toEqual([])
  expect(leaves.map(([path]) => path).sort()).toEqual([...Object.keys(recipes), 'witness run'].sort())
})

test.each(Object.keys(recipes))('datarun %s --json prints JSON alone', async name => {
  const { words, as = 'desk', input = '', code = 0, has } = recipes[name]!
  const who = { desk: city.desk, operator: 'hub/operator', steward: `${dataset.split('.')[0]}/registry` }[as]
  const told = await typeCommand([...words(), '--json'], { input, env: await environmentOf(who) })
  expect([told.code, told.err]).toEqual([code, expect.any(String)])
  if (has) expect(JSON.parse(told.out)).toHaveProperty(has)
  else expect([told.out, told.err]).toEqual(['', expect.stringMatching(/\S/)])
})

test('datarun witness run --json prints its key and address, and nothing when it is stopped', async () => {
  const keyFile = file('running.key')
  await typeCommand(['witness', 'key', 'witness.test/run', '--out', keyFile])
  const words = ['witness', 'run', '--key-file', keyFile, '--log', city.hub.verifierKey, '--state', file('witness')]
  const child = spawn(process.execPath, [cliMain, ...words, '--json'], { cwd: repository })
  let out = ''
  child.stdout.on('data', data => {
    out += data
    if (out.endsWith('\n')) child.kill('SIGTERM')
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    verifierKey: expect.stringContaining('witness.test/run'),
    address: expect.stringMatching(/^http/),
  })
})
