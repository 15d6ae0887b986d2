/** Second step of `docker compose up`, once PostgreSQL answers: roles, database and tables. */
import { join } from 'node:path'
import { prepareHubDatabase } from '../prepare.ts'
import { localSecrets } from '../secrets.ts'
import { folders, postgres } from './addresses.ts'

const passwords = await localSecrets(join(folders.systems, 'secrets.json'), [
  'postgresSuperuser',
  'databaseOwner',
  'databaseServices',
])
const urlOf = (database: string) =>
  `postgres://postgres:${passwords.postgresSuperuser}@${postgres.host}:${postgres.port}/${database}`

await prepareHubDatabase(urlOf, passwords)
console.log('The database is ready')
