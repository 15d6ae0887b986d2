import { randomBytes } from 'node:crypto'
import type { KafkaSecurity } from '../../services/local/kafka-properties.ts'
import { askDesk } from './ask-desk.ts'
import { chooseBackend, type TestKafka } from './backend.ts'

/** The broker that all test files share: no security, no topics of its own. Starts if this is the first test that asks. */
export async function sharedKafka(): Promise<{ brokers: string[] }> {
  return askDesk({ ask: 'kafka' })
}

/** A department's id that no other test file uses, so that its topics and groups are its own. */
export const uniqueDepartment = (name = 'department') => `${name}-${randomBytes(4).toString('hex')}`

/** A broker of the test file's own, to be removed in afterAll: one that asks for tokens, or one to kill. */
export async function startOwnKafka(security: KafkaSecurity | 'none'): Promise<TestKafka> {
  return (await chooseBackend(await askDesk({ ask: 'backend' }))).startKafka(security)
}
