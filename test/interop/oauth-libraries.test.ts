/** The lines of docs/tokens.md, as they stand: the OAuth libraries of other makers get tokens that the hub takes, bearer and bound. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dataHome, repository } from '../../services/local/places.ts'
import { must, registerDepartment } from '../support/city-department.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const run = promisify(execFile)
const page = await readFile(join(repository, 'docs/tokens.md'), 'utf8')
const [bearer = '', bound = ''] = page.split(/^## Tokens that are worth nothing to a thief/m)
const department = uniqueDepartment('trial')
const system = `${department}/registry`
const demanding = `${department}/office`
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  const { publicKeys: jwks } = await hub.issuer.keys.of(demanding)
  const entry = { title: { zh: '窗口', en: 'Office' }, jwks, dpopRequired: true }
  await must(hub.call('PUT', `/v1/departments/${department}/systems/office`, 'hub/operator', entry))
}, 120_000)
afterAll(() => hub?.close())

const found = (pattern: RegExp) => pattern.exec(page)![1]!
const linesOf = (language: string, part: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(part)![1]!
const authlib = found(/`pip install (authlib[^`]+)`/).split(' ')
const proving = found(/`pip install (requests-oauth2client[^`]+)`/).split(' ')
const npm = found(/`npm install ([^`]+)`/)
const [group, artifact, version] = found(/`(com\.nimbusds:[^`]+)`/).split(':')
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>test</artifactId><version>1</version><packaging>pom</packaging><dependencies><dependency>
<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`

/** `prepare` fetches the library into `folder`, unless `made` is there from an earlier run. */
type Library = {
  name: string
  folder: string
  lines: string
  file: string
  made: string
  prepare: (folder: string) => Promise<unknown>
  command: [string, ...string[]]
}
const patience = { timeout: 200_000 }
const python = (name: string, packages: string[], part: string): Library => ({
  name,
  folder: `oauth-${packages[0]!.split('=')[0]}`,
  lines: linesOf('python', part),
  file: 'token_of_docs.py',
  made: packages.join('-'),
  prepare: async folder => {
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...packages], patience)
  },
  command: ['bin/python', 'token_of_docs.py'],
})
const openidClient = (part: string, file: string): Library => ({
  name: 'openid-client',
  folder: 'oauth-js',
  lines: linesOf('js', part),
  file,
  made: npm,
  prepare: folder => run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, npm], patience),
  command: [process.execPath, file],
})
const nimbus = (part: string, file: string): Library => ({
  name: 'Nimbus',
  folder: 'oauth-java',
  lines: linesOf('java', part),
  file,
  made: `${artifact}-${version}`,
  prepare: async folder => {
    await writeFile(join(folder, 'pom.xml'), pom)
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'libs')}`]
    await run('javac', ['-version'])
    await run('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...copy], patience)
  },
  command: ['java', '-cp', 'libs/*', file],
})

/** Whether the library is there now. Where it cannot be had, says visibly that it is left out. */
async function isReady({ name, made, prepare }: Library, folder: string): Promise<boolean> {
  const stamp = join(folder, 'made')
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === made) return true
  try {
    await prepare(folder)
    await writeFile(stamp, made)
    return true
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    const reason = (stderr || message).trim().split('\n').at(-1)
    process.stdout.write(`Left out: a token with ${name}, which could not be set up here (${reason})\n`)
    return false
  }
}

/** The lines' output; undefined where the library cannot be had. */
async function runLines(library: Library, who: string): Promise<string | undefined> {
  const folder = join(dataHome, 'tests', library.folder)
  await mkdir(folder, { recursive: true })
  if (!(await isReady(library, folder))) return undefined
  await writeFile(join(folder, library.file), library.lines)
  const { issuer, keys } = hub.issuer
  const env = {
    PATH: process.env.PATH,
    DATARUN_ISSUER: issuer,
    DATARUN_HUB_URL: hub.exchange.address,
    DATARUN_SYSTEM: who,
    DATARUN_SYSTEM_KEY_FILE: (await keys.of(who)).file,
  }
  const [program, ...rest] = library.command
  return (await run(program, rest, { cwd: folder, env })).stdout.trim()
}

test.each([python('authlib', authlib, bearer), openidClient(bearer, 'token.mjs'), nimbus(bearer, 'Token.java')])(
  'the lines for $name get a token that the hub takes',
  async library => {
    const token = await runLines(library, system)
    if (token === undefined) return
    const me = await fetch(`${hub.exchange.address}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect([me.status, await me.json()]).toEqual([200, expect.objectContaining({ id: system })])
  },
  300_000,
)

test.each([
  python('requests-oauth2client', proving, bound),
  openidClient(bound, 'bound-token.mjs'),
  nimbus(bound, 'BoundToken.java'),
])(
  'the lines for $name prove a call of a system that demands it',
  async library => {
    const answer = await runLines(library, demanding)
    if (answer !== undefined) expect(JSON.parse(answer)).toMatchObject({ id: demanding })
  },
  300_000,
)
