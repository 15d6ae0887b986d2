/**
 * Rights, bodies, outages and unknown addresses are answered as everywhere in the house; under the addresses of this API they
 * are said in its words: a client of it reads `error_code` and nothing else.
 */
import type { Speaker } from '../../../platform/http/speaker.ts'
import { fromProblem, statusOf } from './error.ts'

export const mediaType = 'application/vnd.schemaregistry.v1+json'

/** Addresses that this API has in any registry, whether here or not; behind two slashes where a client's base address ends with one. */
const ours =
  /^\/+(subjects|schemas|compatibility|config|mode|contexts|exporters|importers|associations|v1\/metadata|dek-registry|catalog)(?![\w-])/

export const sayInConfluentWords: Speaker = (request, problem) => {
  if (!ours.test(request.url)) return undefined
  const body = fromProblem(request, problem)
  return { status: statusOf(body.error_code), type: mediaType, body }
}
