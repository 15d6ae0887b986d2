/** The lines of docs/tokens.md, as they stand: the OAuth libraries of other makers get tokens that the hub takes. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dataHome, repository } from '../../services/local/places.ts'
import { registerDepartment } from '../support/city-department.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const run = promisify(execFile)
const page = await readFile(join(repository, 'docs/tokens.md'), 'utf8')
const department = uniqueDepartment('trial')
const system = `${department}/registry`
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
}, 120_000)
afterAll(() => hub?.close())

const found = (pattern: RegExp) => pattern.exec(page)![1]!
const linesOf = (language: string) => found(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``))
const python = found(/`pip install ([^`]+)`/).split(' ')
const npm = found(/`npm install ([^`]+)`/)
const [group, artifact, version] = found(/`(com\.nimbusds:[^`]+)`/).split(':')
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>test</artifactId><version>1</version><packaging>pom</packaging><dependencies><dependency>
<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`

/** `prepare` fetches the library into `folder`, unless `made` is there from an earlier run. */
type Library = {
  name: string
  language: string
  file: string
  made: string
  prepare: (folder: string) => Promise<unknown>
  command: [string, ...string[]]
}
const patience = { timeout: 200_000 }
const libraries: Library[] = [
  {
    name: 'authlib',
    language: 'python',
    file: 'token_of_docs.py',
    made: python.join('-'),
    prepare: async folder => {
      await run('python3', ['-m', 'venv', folder])
      await run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...python], patience)
    },
    command: ['bin/python', 'token_of_docs.py'],
  },
  {
    name: 'openid-client',
    language: 'js',
    file: 'token.mjs',
    made: npm,
    prepare: folder => run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, npm], patience),
    command: [process.execPath, 'token.mjs'],
  },
  {
    name: 'Nimbus',
    language: 'java',
    file: 'Token.java',
    made: `${artifact}-${version}`,
    prepare: async folder => {
      await writeFile(join(folder, 'pom.xml'), pom)
      const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'libs')}`]
      await run('javac', ['-version'])
      await run('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...copy], patience)
    },
    command: ['java', '-cp', 'libs/*', 'Token.java'],
  },
]

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

test.each(libraries)(
  'the lines for $name get a token that the hub takes',
  async library => {
    const folder = join(dataHome, 'tests', `oauth-${library.language}`)
    await mkdir(folder, { recursive: true })
    if (!(await isReady(library, folder))) return
    await writeFile(join(folder, library.file), linesOf(library.language))
    const { issuer, keys } = hub.issuer
    const env = {
      PATH: process.env.PATH,
      DATARUN_ISSUER: issuer,
      DATARUN_SYSTEM: system,
      DATARUN_SYSTEM_KEY_FILE: (await keys.of(system)).file,
    }
    const [program, ...rest] = library.command
    const { stdout } = await run(program, rest, { cwd: folder, env })
    const headers = { authorization: `Bearer ${stdout.trim()}` }
    const me = await fetch(`${hub.exchange.address}/v1/me`, { headers })
    expect([me.status, await me.json()]).toEqual([200, expect.objectContaining({ id: system })])
  },
  300_000,
)
