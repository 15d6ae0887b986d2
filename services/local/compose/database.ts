/** Second step of `docker compose up`, once PostgreSQL answers: roles, database and tables. */
import { join } from 'node:path'
import { prepareHubDatabase } from '../prepare.ts'
import { localSecrets } from '../secrets.ts'
import { folders, postgresUrl } from './addresses.ts'

const passwords = await localSecrets(join(folders.systems, 'secrets.json'), [
  'postgresSuperuser',
  'databaseOwner',
  'databaseServices',
])
await prepareHubDatabase(database => postgresUrl(passwords.postgresSuperuser, database), passwords)
console.log('The database is ready')
