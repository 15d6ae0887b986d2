/**
 * The tree as tiles, by c2sp.org/tlog-tiles: hashes for anyone, bundles of the entries themselves for auditors, each reading
 * of one being logged.
 */

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import Type from 'typebox'
import { failure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, plainAnswer, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { isWithin, readTilePath } from '../tree/tile-path.ts'
import { readTile } from '../tree/tile-store.ts'
import { openBundle } from './open-bundle.ts'

const path = Type.Object(
  { '*': Type.String({ description: 'As c2sp.org/tlog-tiles writes it' }) },
  { additionalProperties: false },
)
const bytes = plainAnswer<Buffer>(
  'application/octet-stream',
  'The bytes as c2sp.org/tlog-tiles lays them out',
  'binary',
)
const index = Type.String({
  pattern: '^(x\\d{3}/)*\\d{3}(\\.p/[1-9]\\d{0,2})?$',
  description: 'Number of the tile as c2sp.org/tlog-tiles writes it, x001/067 or 001.p/17; each / may be sent as %2F',
})
const level = Type.Integer({ minimum: 0, maximum: 63, description: 'Of the hashes; 0 are the leaves' })
const forEver = 'max-age=31536000, immutable'
const compress = promisify(gzip)

export const tileRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log/tile/entries/*',
      {
        config: {
          access: 'read-access-log',
          describedAs: {
            url: '/v1/access-log/tile/entries/:index',
            schema: { params: Type.Object({ index }, closed) },
          },
        },
        schema: {
          ...schema,
          operationId: 'getAccessLogBundle',
          summary: 'A bundle of 256 entries (with `.p/<width>`: of fewer), each after its length in 16 bits',
          params: path,
          response: answers({ 200: bytes }),
        },
      },
      async (request, reply) => {
        const tile = readTilePath(`entries/${request.params['*']}`)
        const bundle = tile && (await openBundle(needs, request.caller.id, tile))
        if (!bundle) return refuse(reply, failure('NOT_FOUND'))
        const squeezed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
        if (squeezed) reply.header('content-encoding', 'gzip')
        return reply
          .type('application/octet-stream')
          .header('cache-control', `private, ${forEver}`)
          .header('vary', 'accept-encoding')
          .send(squeezed ? await compress(bundle) : bundle)
      },
    )

    app.get(
      '/v1/access-log/tile/*',
      {
        config: {
          access: 'anyone',
          describedAs: {
            url: '/v1/access-log/tile/:level/:index',
            schema: { params: Type.Object({ level, index }, closed) },
          },
        },
        schema: {
          ...schema,
          summary: 'A tile of 256 hashes (with `.p/<width>`: of fewer)',
          params: path,
          response: answers({ 200: bytes }),
        },
      },
      async (request, reply) => {
        const tile = readTilePath(request.params['*'])
        if (!tile || tile.level === 'entries') return refuse(reply, failure('NOT_FOUND'))
        const { edge } = await readHead(needs.pool)
        const hashes = isWithin(tile, edge.size) && (await readTile(needs.pool, { ...tile, level: tile.level }))
        if (!hashes) return refuse(reply, failure('NOT_FOUND'))
        return reply.type('application/octet-stream').header('cache-control', `public, ${forEver}`).send(hashes)
      },
    )
  }
