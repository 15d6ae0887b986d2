/**
 * Databases and the roles that use them. `datarun_owner` makes the tables; `datarun_services`, which exchange and identity
 * run as, may only read and write rows: it can neither change a table nor switch off a trigger. Neither is a superuser.
 */
import pg from 'pg'

export type DatabaseUrls = {
  /** For the services. */
  url: string
  /** For migrations. */
  ownerUrl: string
}

export type RolePasswords = { databaseOwner: string; databaseServices: string }

const owner = 'datarun_owner'
const services = 'datarun_services'

/** Runs statements as the superuser, in a session of their own. */
export async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes the roles, or gives them these passwords if they are there. */
export async function prepareRoles(client: pg.Client, passwords: RolePasswords) {
  const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles')
  const known = new Set(rows.map(row => row.rolname))
  for (const [role, password] of [
    [owner, passwords.databaseOwner],
    [services, passwords.databaseServices],
  ] as const) {
    const verb = known.has(role) ? 'alter' : 'create'
    await client.query(`${verb} role ${role} login nosuperuser password ${client.escapeLiteral(password)}`)
  }
}

/** Makes a database if it is missing, whose present and future tables the services may use. */
export async function prepareDatabase(urlOf: (database: string) => string, name: string) {
  await asSuperuser(urlOf('postgres'), async client => {
    const database = client.escapeIdentifier(name)
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${database} owner ${owner}`)
    await client.query(`revoke all on database ${database} from public`)
    await client.query(`grant connect, temporary on database ${database} to ${services}`)
  })
  await asSuperuser(urlOf(name), async client => {
    const future = `alter default privileges for role ${owner}`
    await client.query(`grant usage on schema public to ${services}`)
    await client.query(`${future} grant select, insert, update, delete on tables to ${services}`)
    await client.query(`${future} grant usage, select on sequences to ${services}`)
  })
}

/** The addresses of one database for each of the roles. */
export function databaseUrls(superuserUrl: string, passwords: RolePasswords): DatabaseUrls {
  const as = (role: string, password: string) => {
    const url = new URL(superuserUrl)
    url.username = role
    url.password = password
    return url.href
  }
  return { url: as(services, passwords.databaseServices), ownerUrl: as(owner, passwords.databaseOwner) }
}
