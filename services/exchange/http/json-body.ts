/** Bodies as JSON, before any schema sees them: kept exactly as they were sent, or refused with the place. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Failure } from '../../contract/failure.ts'
import { readJsonBytes } from '../../contract/read-json.ts'
import { refusedBody } from '../../contract/refused-json.ts'

/** Thrown to fastify, which has no other way; errors.ts answers with the failure. */
export class BodyRefused extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.failure)
    this.failure = failure
  }
}

/** For the media types of a room's own, too: the same body means the same under every name. */
export function readJsonBodies(app: FastifyInstance, mediaTypes: string | string[]): void {
  app.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => {
    const read = readJsonBytes(body)
    if (read.flaws) throw new BodyRefused(refusedBody(read.flaws))
    return read.value
  })
}
