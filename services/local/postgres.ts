/** PostgreSQL on one machine: for `npm start` and the tests. Listens on 127.0.0.1 alone, and has no socket file. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Child, createChild } from './child.ts'
import { enterableDirectory } from './places.ts'
import { freePort, requireFree } from './ports.ts'
import { type PostgresPrograms, postgresPrograms } from './postgres-programs.ts'
import { localSecrets } from './secrets.ts'
import { postgresUser, type SystemUser } from './system-user.ts'

const run = promisify(execFile)

type PostgresOptions = {
  /** Where `postgres/`, `logs/postgres.log` and `secrets.json` are kept. */
  directory: string
  /** A free one unless given. */
  port?: number
  /** False for tests that never pull the plug: commits then do not wait for the disk. Default true. */
  durable?: boolean
  /** Further settings of postgresql.conf. */
  settings?: Record<string, string>
  onFailure?: (sentence: string) => void
}

export type Postgres = Child & {
  readonly port: number
  /** The superuser's: for making databases. No service may be given it. */
  urlOf(database: string): string
}

const superuser = 'postgres'

/** Makes the cluster at the first start, and keeps it. @throws naming the port if it is taken, else with the end of PostgreSQL's log. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  await requireFree([{ setting: 'the port of PostgreSQL', port: options.port }])
  const user = await postgresUser()
  const programs = await postgresPrograms(user)
  const home = await enterableDirectory(join(options.directory, 'postgres'), user)
  const { postgresSuperuser: password } = await localSecrets(join(options.directory, 'secrets.json'), [
    'postgresSuperuser',
  ])
  const data = join(home, 'data')
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(programs, user, home, password)
  const port = options.port ?? (await freePort())
  const urlOf = (database: string) => `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`
  const child = createChild({
    name: 'PostgreSQL',
    command: programs.postgres,
    args: argumentsOf(data, port, options),
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...(user && { user }),
    logFile: join(options.directory, 'logs/postgres.log'),
    stopSignal: 'SIGINT', // fast: ends sessions instead of waiting for them
    stopWithin: 20_000,
    isReady: () => answers(urlOf('postgres')),
    readyWithin: 60_000,
    ...(options.onFailure && { onFailure: options.onFailure }),
  })
  await child.start()
  return {
    port,
    urlOf,
    get pid() {
      return child.pid
    },
    start: child.start,
    stop: child.stop,
    kill: () => killWithSessions(child),
  }
}

/** Sessions are processes of their own: one that is busy would not notice for long that the server is gone. */
async function killWithSessions(child: Child) {
  const path = `/proc/${child.pid}/task/${child.pid}/children`
  const sessions = await readFile(path, 'utf8').catch(() => '') // there is no /proc on macOS
  await child.kill()
  for (const pid of sessions.split(' ').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {} // gone by itself
  }
}

function argumentsOf(data: string, port: number, { durable = true, settings = {} }: PostgresOptions): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    // Server events and fatal ones, no errors of statements: those quote values, which may be personal data. The sender of
    // the statement is told anyway.
    log_min_messages: 'log',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  }
  return ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** initdb works aside and is moved into place when whole, so that an interrupted one is not taken for a cluster. */
async function initialise(programs: PostgresPrograms, user: SystemUser | undefined, home: string, password: string) {
  const part = join(home, 'data.part')
  const passwordFile = join(home, 'password')
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user) await Promise.all([part, passwordFile].map(path => chown(path, user.uid, user.gid)))
  try {
    await run(
      programs.initdb,
      [`--pgdata=${part}`, `--username=${superuser}`, `--pwfile=${passwordFile}`, ...initialisation],
      { cwd: '/', env: { LC_ALL: 'C' }, ...user },
    )
    await rename(part, join(home, 'data'))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const initialisation = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--locale=C.UTF-8',
  '--data-checksums',
]

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
