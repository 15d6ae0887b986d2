/** Bodies as JSON, before any schema sees them: kept exactly as they were sent, or refused with the place. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FailureThrown, failure, inWords } from '../../../contract/failure.ts'
import { readJsonBytes } from '../../../contract/read-json.ts'
import { refusedBody } from '../../../contract/refused-json.ts'

/** For the media types of a room's own, too: the same body means the same under every name. */
export function readJsonBodies(app: FastifyInstance, mediaTypes: string | string[]): void {
  app.addContentTypeParser(
    mediaTypes,
    { parseAs: 'buffer' },
    ({ headers, method }: FastifyRequest, body: Buffer, done) => {
      // Go's and other clients name a media type with every call, those without a body included.
      if (method === 'DELETE' && body.length === 0) return done(null)
      if (!['', 'identity'].includes(headers['content-encoding'] ?? '')) return done(new FailureThrown(packed))
      const read = readJsonBytes(body)
      if (read.flaws) done(new FailureThrown(refusedBody(read.flaws)))
      else done(null, read.value)
    },
  )
}

/** Told apart from a body that is not JSON: its sender did nothing wrong but to pack it. */
const packed = failure(
  'MEDIA_TYPE_UNSUPPORTED',
  inWords('Send the body as it is, without a content-encoding.', '请直接发送请求体，不要使用 content-encoding 压缩。'),
)
