/** Last step of `docker compose up`: the sample city comes to the hub, and one real story is told. */
import { join } from 'node:path'
import { databaseUrls } from '../databases.ts'
import { openKeys } from '../keys.ts'
import { localSecrets } from '../secrets.ts'
import { fillAndTell } from '../start.ts'
import { seller } from '../story/people.ts'
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

/** Everything in it works as printed: a test of the containers runs the two commands. */
const nextSteps = `
Console       ${hub}/console/  (sign in as any of the sample people)
The hub       ${hub}  (its API to read: ${hub}/docs; also at localhost and 127.0.0.1)
The issuer    ${issuer}
Keys          docker compose cp city:${folders.systems} keys  (within containers they lie in ${folders.systems})
A pull        echo "person ${seller.id}" | docker compose run --rm -T datarun pull --matter real-estate-transfer --case 2026-1 --official u-3381
Everything stays up; docker compose down ends it, with --volumes its data are removed too.`

try {
  await fillAndTell(people, createTeller(process.stdout), access, folders.city)
  console.log(nextSteps)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
