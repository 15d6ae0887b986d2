/** Bodies as JSON, before any schema sees them: UTF-8, no `__proto__`, and no text that nothing of ours can hold. */
import type { FastifyInstance } from 'fastify'

/** What a parser throws at is answered with BODY_NOT_JSON. */
class NotOurJson extends Error {
  statusCode = 400
}

/** For the media types of a room's own, too: the same body means the same under every name. */
export function readJsonBodies(app: FastifyInstance, mediaTypes: string | string[]): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (request, body, done) => {
    const text = decode(body as Buffer)
    if (text === undefined || holdsUnstorableText(text)) done(new NotOurJson('not a body that can be kept'))
    else parse(request, text, done)
  })
}

function decode(body: Buffer): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * U+0000, which PostgreSQL cannot hold, and halves of surrogate pairs, which have no canonical JSON (RFC 8785). In valid
 * UTF-8 both can come as escapes alone.
 */
export function holdsUnstorableText(json: string): boolean {
  for (let at = json.indexOf('\\'); at >= 0; at = json.indexOf('\\', at)) {
    const unit = escapedUnit(json, at)
    at += unit === undefined ? 2 : 6
    if (unit === undefined) continue
    if (unit === 0 || isLow(unit)) return true
    if (!isHigh(unit)) continue
    if (!isLow(escapedUnit(json, at))) return true
    at += 6
  }
  return false
}

const escapedUnit = (json: string, at: number): number | undefined =>
  json.startsWith('\\u', at) ? Number.parseInt(json.slice(at + 2, at + 6), 16) : undefined
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number | undefined) => unit !== undefined && unit >= 0xdc00 && unit <= 0xdfff
