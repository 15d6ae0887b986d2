/** A hub whose Kafka asks for tokens, as in production: own broker, own issuer of the tokens for it, one database. */
import { createTokenSource } from '../../services/contract/token-source.ts'
import { createDatabase } from './database.ts'
import { startTestHub, type TestHub } from './exchange.ts'
import { audience, startTestIssuer, type TestIssuer } from './issuer.ts'
import { startOwnKafka } from './kafka.ts'

export type SecuredHub = TestHub & {
  /** The issuer whose tokens Kafka takes. It knows the same systems as the hub's own issuer, by the same keys. */
  kafkaIssuer: TestIssuer
  brokers: string[]
  /** A token for Kafka. */
  kafkaTokenOf(system: string): Promise<string>
}

export async function startSecuredHub(environment: Record<string, string> = {}): Promise<SecuredHub> {
  const database = await createDatabase()
  const kafkaIssuer = await startTestIssuer(database.url)
  const { issuer, jwksUrl } = kafkaIssuer
  const kafka = await startOwnKafka({ issuer, jwksUrl, audience, superUsers: ['hub/exchange'] })
  const { file } = await kafkaIssuer.keys.of('hub/exchange')
  const hub = await startTestHub({
    own: { database, kafka, kafkaIssuer: issuer },
    environment: { ...environment, DATARUN_SYSTEM_KEY_FILE: file },
  })
  return {
    ...hub,
    kafkaIssuer,
    brokers: kafka.brokers,
    kafkaTokenOf: async system => {
      const { privateKey } = await hub.issuer.keys.of(system)
      return createTokenSource({ issuer, clientId: system, privateKey, audience }).token()
    },
    close: async () => {
      await hub.close()
      await kafkaIssuer.close()
      await kafka.remove()
    },
  }
}
