/**
 * The hub's door alone: its HTTP server with the token check, its route of pulls with the schemas of body and answer, and
 * behind it nobody who decides, reads or logs: every pull gets the same ANSWER. No pull can be faster than this.
 */
import { failure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import type { Parts } from '../../services/exchange/parts.ts'
import { createServer } from '../../services/exchange/platform/http/server.ts'
import { createTokenVerifier } from '../../services/exchange/platform/identity/token.ts'
import { newId } from '../../services/exchange/platform/new-id.ts'
import { pullRoutes } from '../../services/exchange/pull/routes.ts'

const { PORT, ISSUER, AUDIENCE, ANSWER } = process.env
const log = createLog('door', 'silent')
const now = () => new Date()
const verify = createTokenVerifier({
  issuers: [{ issuer: ISSUER!, jwksUrl: `${ISSUER}/jwks`, roles: ['system'], departments: '*' }],
  audience: AUDIENCE!,
  now,
})
const app = await createServer({
  log,
  verify,
  checkProof: async () => failure('PROOF_INVALID'),
  findSystem: () => ({ active: true, rights: ['pull'], dpopRequired: false }),
  newId: () => newId(now()),
  now,
  requestsPerMinute: 10_000_000,
})
const answer = JSON.parse(ANSWER!)
await app.register(pullRoutes({ log, now } as Parts, { pull: async () => answer, idle: async () => {} }))
app.get('/healthz', { config: { access: 'anyone' } }, async () => 'ok')

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
