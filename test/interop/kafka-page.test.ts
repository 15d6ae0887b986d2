/** The lines of docs/kafka.md, as they stand: clients of other makers log in at a secured Kafka, publish, and read what was rejected. */
import { execFile, spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dataHome, repository } from '../../services/local/places.ts'
import { must, registerSystem } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { fetchFromMaven } from '../support/other-clients.ts'

const run = promisify(execFile)
const page = await readFile(join(repository, 'docs/kafka.md'), 'utf8')
const system = 'civil-affairs/marriage-registry'
const dataset = 'civil-affairs.marriage-certificate'
const folder = join(dataHome, 'tests', 'kafka-page')
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ secured: true })
  await registerSystem(hub, 'civil-affairs', 'marriage-registry', ['system'], ['publish', 'schemas'])
  const home = join(repository, 'schemas/civil-affairs/marriage-certificate')
  const { id, ...entry } = JSON.parse(await readFile(join(home, 'dataset.json'), 'utf8'))
  const schema = JSON.parse(await readFile(join(home, 'v1.schema.json'), 'utf8'))
  await must(hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry))
  await must(hub.call('POST', `/v1/datasets/${id}/schemas`, 'hub/operator', { schema }))
  await mkdir(folder, { recursive: true })
}, 120_000)
afterAll(() => hub?.close())

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, lines]) => lines!)
const [producing, reading] = blocks('js')
const environment = async () => ({
  PATH: process.env.PATH,
  DATARUN_ISSUER: hub.issuer.issuer,
  DATARUN_HUB_URL: hub.exchange.address,
  DATARUN_SYSTEM: system,
  DATARUN_SYSTEM_KEY_FILE: (await hub.issuer.keys.of(system)).file,
  DATARUN_KAFKA_BROKERS: hub.environment.DATARUN_KAFKA_BROKERS!,
  DATARUN_KAFKA_TLS: 'false',
  DATARUN_KAFKA_PROTOCOL: 'SASL_PLAINTEXT',
})
const stored = (key: string) =>
  eventually(async () => {
    const text = 'select status, schema_version, system from record where dataset = $1 and key = $2'
    return (await hub.database.pool.query(text, [dataset, key])).rows[0]
  })
const leftOut = (what: string, error: unknown) => {
  const { stderr, message } = error as { stderr?: string; message: string }
  const reason = (stderr || message).trim().split('\n').at(-1)
  process.stdout.write(`Left out: ${what}, which could not be set up here (${reason})\n`)
}

test('the lines for kafkajs publish a record', async () => {
  await writeFile(join(folder, 'publish.mjs'), producing!)
  const { stdout } = await run(process.execPath, ['publish.mjs'], { cwd: folder, env: await environment() })
  expect(stdout.trim()).toBe('0')
  expect(await stored('J310115-2026-900012')).toEqual({ status: 'valid', schema_version: 1, system })
}, 60_000)

test('the lines for reading what was rejected say why', async () => {
  const wrong = producing!
    .replaceAll('2026-900012', '2026-900013')
    .replace("'2026-03-05', issuedOn", "'5 March', issuedOn")
  await writeFile(join(folder, 'wrong.mjs'), wrong)
  await run(process.execPath, ['wrong.mjs'], { cwd: folder, env: await environment() })
  const login = producing!.slice(0, producing!.indexOf('const producer ='))
  await writeFile(join(folder, 'rejected.mjs'), login + reading)
  const child = spawn(process.execPath, ['rejected.mjs'], { cwd: folder, env: await environment() })
  let printed = ''
  child.stdout.on('data', data => {
    printed += data
  })
  await eventually(() => /^J.*\n/m.test(printed)).finally(() => child.kill())
  expect(printed).toMatch(/^J310115-2026-900013 RECORD_INVALID (\/registeredOn|\/licenceId) \1 must match .+$/m)
}, 60_000)

const pip = /`pip install ([^`]+)`/.exec(page)![1]!.split(' ')

async function preparePython(): Promise<string | undefined> {
  const home = join(folder, 'python')
  const [python, stamp] = [join(home, 'bin/python'), join(home, 'made')]
  try {
    if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === pip.join(' ')) return python
    await run('python3', ['-m', 'venv', home])
    await run(python, ['-m', 'pip', 'install', '--quiet', ...pip], { timeout: 240_000 })
    await writeFile(stamp, pip.join(' '))
    return python
  } catch (error) {
    return leftOut('publishing with librdkafka from Python', error) as undefined
  }
}

test('the lines for librdkafka publish a record whose schema is named by its GUID', async () => {
  const python = await preparePython()
  if (!python) return
  await writeFile(join(folder, 'publish.py'), blocks('python')[0]!)
  const { stdout } = await run(python, ['publish.py'], { cwd: folder, env: await environment() })
  expect(stdout).toMatch(/^datarun\.civil-affairs\.marriage-certificate-\d+@\d+\n$/)
  expect(await stored('J310115-2026-900011')).toEqual({
    status: 'valid',
    schema_version: 1,
    system: 'civil-affairs/kafka-client',
  })
}, 300_000)

/** The properties of the page, with the addresses of this hub. */
function propertiesHere(tokenEndpoint: string): string {
  const here: Record<string, string> = {
    'bootstrap.servers': hub.environment.DATARUN_KAFKA_BROKERS!,
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.oauthbearer.token.endpoint.url': tokenEndpoint,
    'sasl.oauthbearer.assertion.claim.aud': hub.issuer.issuer,
  }
  return blocks('properties')[0]!.replace(/^([a-z.]+)=.*$/gm, (line, name) =>
    here[name] ? `${name}=${here[name]}` : line,
  )
}

/** The libraries that the page's own pom.xml brings: Kafka's for brokers has more, and would hide what is missing. */
const libraries = () => fetchFromMaven('kafka-page-java', blocks('xml')[0]!, blocks('xml')[0]!)

test('the pom.xml, properties and lines for Java publish a record', async () => {
  const home = await libraries()
  if (!home) return
  const discovery = await fetch(`${hub.issuer.issuer}/.well-known/openid-configuration`)
  const { token_endpoint: endpoint } = (await discovery.json()) as { token_endpoint: string }
  const { file } = await hub.issuer.keys.of(system)
  const toPem = blocks('sh').find(lines => lines.includes('createPrivateKey'))!
  await run('sh', ['-c', toPem.replace('registry.json', file)], { cwd: folder, env: await environment() })
  expect(createPrivateKey(await readFile(join(folder, 'registry.pem'))).asymmetricKeyType).toBe('ec')
  await writeFile(join(folder, 'publish.properties'), propertiesHere(endpoint))
  await writeFile(join(folder, 'Publish.java'), blocks('java')[0]!)
  const command = blocks('sh').find(lines => lines.startsWith('java '))!
  const here = command.replace('https://id.example/token', endpoint).replace('libs/*', join(home, 'libs/*'))
  const { stdout } = await run('sh', ['-c', here], { cwd: folder, env: await environment() })
  expect(stdout).toMatch(/^datarun\.civil-affairs\.marriage-certificate-\d+@\d+\n$/)
  expect(await stored('J310115-2026-900010')).toEqual({ status: 'valid', schema_version: 1, system })
}, 300_000)

test('the lines for Java that name a schema in bytes make the frame and the header', async () => {
  const program = `import java.nio.ByteBuffer; import java.util.*;
    public class Forms {
      ${blocks('java')[1]}
      public static void main(String[] none) {
        var hex = HexFormat.of();
        var guid = UUID.fromString("4f063fc1-f33c-881a-afc2-b5e7d326b58c");
        System.out.println(hex.formatHex(new Forms().framed(258, "{}".getBytes())));
        System.out.println(hex.formatHex(new Forms().header(guid)));
      }
    }`
  if (!(await libraries())) return
  await writeFile(join(folder, 'Forms.java'), program)
  const { stdout } = await run('java', ['Forms.java'], { cwd: folder })
  expect(stdout).toBe('00000001027b7d\n014f063fc1f33c881aafc2b5e7d326b58c\n')
}, 300_000)
