/** The lines for a newcomer once the stack is up: where things are, who may sign in as what, and how to call the hub. Pure. */
import type { Person } from '../identity/people.ts'
import { whoSignsIn } from '../local/story/who-signs-in.ts'

export type Started = {
  hub: string
  issuer: string
  brokers: string[]
  /** Folder with the private JWK of every system. */
  keys: string
  people: readonly Person[]
}

export const startedLines = ({ hub, issuer, brokers, keys, people }: Started): string[] => [
  `Console       ${hub}/console/`,
  `The hub       ${hub}  (its API to read: ${hub}/docs)`,
  `The issuer    ${issuer}`,
  `Kafka         ${brokers.join(',')}`,
  `Keys          ${keys}`,
  '',
  'Sign in at the console, without a password, as (仅供开发环境使用 development only):',
  ...whoSignsIn(people),
  '',
  'Call the hub from a shell in this folder, here as its operator:',
  '  PATH="$PWD/services/cli:$PATH"',
  `  export DATARUN_HUB_URL=${hub} DATARUN_ISSUER=${issuer} DATARUN_KAFKA_BROKERS=${brokers.join(',')}`,
  `  export DATARUN_SYSTEM=hub/operator DATARUN_SYSTEM_KEY_FILE=${keys}/hub.operator.json`,
  '  datarun catalogue systems',
  '',
]

/** The same for programs. */
export const startedFacts = ({ hub, issuer, brokers, keys, people }: Started) => ({
  hub,
  console: `${hub}/console/`,
  issuer,
  brokers,
  keys,
  people: people.map(({ id, name, roles, department }) => ({ id, name, roles, ...(department && { department }) })),
})
