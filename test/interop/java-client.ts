/** Kafka's own Java client with its login by OAuth, as a program of a department or a Kafka UI has it. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { repository } from '../../services/local/places.ts'
import { fetchFromMaven, runWith } from '../support/other-clients.ts'

const source = join(repository, 'test/interop/java-producer')
const oauth = 'org.apache.kafka.common.security.oauthbearer'
const allowed = 'org.apache.kafka.sasl.oauthbearer.allowed'

export const fetchJava = async () =>
  fetchFromMaven('java-producer', 'kafka-clients-4.3.1', await readFile(join(source, 'pom.xml'), 'utf8'))

/** `flags` are what the machine must be told, as the client asks only addresses and files that it is allowed. */
export type JavaLogin = { settings: Record<string, string>; flags: string[] }

/** Its default wants jose4j on the class path, which only brokers need. */
const clientValidator = { 'sasl.oauthbearer.jwt.validator.class': `${oauth}.ClientJwtValidator` }
export const allowedAddress = (tokenUrl: string) => `-D${allowed}.urls=${tokenUrl}`

/** A login by assertions (RFC 7523) that the client signs with its own key, without a secret. */
export async function loginByKey(
  folder: string,
  system: string,
  privateKey: object,
  issuer: string,
): Promise<JavaLogin> {
  const keyFile = join(folder, 'key.pem')
  const key = createPrivateKey({ key: privateKey as JsonWebKey, format: 'jwk' })
  await writeFile(keyFile, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const settings = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.jaas.config': `${oauth}.OAuthBearerLoginModule required;`,
    'sasl.login.callback.handler.class': `${oauth}.OAuthBearerLoginCallbackHandler`,
    'sasl.oauthbearer.jwt.retriever.class': `${oauth}.ClientCredentialsJwtRetriever`,
    ...clientValidator,
    'sasl.oauthbearer.token.endpoint.url': `${issuer}/token`,
    'sasl.oauthbearer.assertion.algorithm': 'ES256',
    'sasl.oauthbearer.assertion.private.key.file': keyFile,
    'sasl.oauthbearer.assertion.claim.iss': system,
    'sasl.oauthbearer.assertion.claim.sub': system,
    'sasl.oauthbearer.assertion.claim.aud': issuer,
    'sasl.oauthbearer.assertion.claim.exp.seconds': '60',
    'sasl.oauthbearer.assertion.claim.jti.include': 'true',
  }
  return { settings, flags: [allowedAddress(`${issuer}/token`), `-D${allowed}.files=${keyFile}`] }
}

/** The program's output. It gives up within half a minute rather than try on. */
export async function runJava(home: string, program: string, login: JavaLogin, words: string[] = [], input = '') {
  const patience = { 'request.timeout.ms': '10000', 'default.api.timeout.ms': '20000' }
  const producing = { acks: 'all', 'delivery.timeout.ms': '20000', 'max.block.ms': '20000' }
  const settings = { ...patience, ...(program === 'Producer.java' && producing), ...login.settings }
  const file = join(home, 'client.properties')
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(file, lines.join(''), { mode: 0o600 })
  const machine = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', ...login.flags]
  const classPath = ['-cp', `${join(home, 'libs')}/*${delimiter}`]
  return runWith('java', [...machine, ...classPath, join(source, program), file, ...words], input)
}
