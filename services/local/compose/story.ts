/** Last step of `docker compose up`: the sample city comes to the hub, and one real story is told. */
import { join } from 'node:path'
import { databaseUrls } from '../databases.ts'
import { openKeys } from '../keys.ts'
import { localSecrets } from '../secrets.ts'
import { fillAndTell } from '../start.ts'
import { createTeller } from '../story/tell.ts'
import { broker, folders, hub, issuer, postgresUrl } from './addresses.ts'

const people = 2_000
const passwords = await localSecrets(join(folders.systems, 'secrets.json'), ['databaseOwner', 'databaseServices'])
const access = {
  hub,
  issuer,
  keys: await openKeys(folders.systems),
  brokers: [`${broker.host}:${broker.port}`],
  // To see when all that was published is taken in.
  url: databaseUrls(postgresUrl('', 'datarun'), passwords).url,
}

try {
  await fillAndTell(people, createTeller(process.stdout), access, folders.city)
  console.log(`Everything stays up: the hub at ${hub} (reading page ${hub}/docs), sign-in at ${issuer}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
