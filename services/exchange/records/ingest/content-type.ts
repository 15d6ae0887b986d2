/** A message's content type, where it has one: it must not say anything else of the record than what the hub takes. */
import { badHeader, type IncomingMessage, schemaUrn } from '../../../contract/envelope.ts'
import { type Failure, isFailure } from '../../../contract/failure.ts'
import { type Claim, claimIn } from './schema-urn.ts'

const name = 'content-type'

/**
 * The schema versions that the parameters `schema`, `profile` and `dataschema` name: none for most. A record is JSON in UTF-8, and an
 * event's headers stand beside it (CloudEvents 1.0 Kafka binding, 3.2), not around it. Failures: ENVELOPE_INVALID.
 */
export function readContentType(header: IncomingMessage['headers'][string]): Claim[] | Failure {
  if (header === undefined || header === 'application/json') return []
  if (Array.isArray(header)) return badHeader(name, 'must come once')
  const [type = '', ...parameters] = String(header ?? '').split(';')
  const media = type.trim().toLowerCase()
  if (media.startsWith('application/cloudevents')) return badHeader(name, structured)
  if (!/^(application|text)\/([a-z0-9.!#$&^_-]+\+)?json$/.test(media))
    return badHeader(name, 'must be application/json')
  const named: Claim[] = []
  for (const parameter of parameters) {
    const claim = readParameter(parameter)
    if (isFailure(claim)) return claim
    if (claim) named.push(claim)
  }
  return named
}

const structured = 'speaks of an event around the record: send the record alone, and the event in ce_ headers'

function readParameter(text: string): Claim | undefined | Failure {
  const [attribute = '', ...rest] = text.split('=')
  const value = rest
    .join('=')
    .trim()
    .replace(/^"(.*)"$/, '$1')
  const what = attribute.trim().toLowerCase()
  if (what === 'charset') return /^utf-?8$/i.test(value) ? undefined : badHeader(name, 'must say utf-8, or no charset')
  if (what !== 'schema' && what !== 'dataschema' && !(what === 'profile' && value.startsWith('urn:datarun:')))
    return undefined
  return (
    claimIn(`header:${name}`, value) ?? badHeader(name, `names a schema; write ${schemaUrn('<dataset>', '<version>')}`)
  )
}
