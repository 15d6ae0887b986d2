/**
 * The ways of a pull alone: as often to PostgreSQL as a pull goes, and as durably back, with next to nothing to do there. What
 * is known before looking is asked for first, then the record, then one row is inserted and committed (promises 3 and 6).
 */
import fastify from 'fastify'
import { createLog } from '../../services/contract/log.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { inTransaction } from '../../services/postgres/transaction.ts'

const { DATABASE_URL, PORT } = process.env
const pool = createPool({ url: DATABASE_URL!, size: 12, log: createLog('ways', 'silent') })
const app = fastify()

type Body = { subject: { id: string }; purpose: string; case: string; official: string }

app.get('/healthz', async () => 'ok')
app.post<{ Body: Body }>('/records', async request => {
  const { subject, purpose, case: caseNumber, official } = request.body
  const record = { name: 'record', text: 'select body from bench_record where subject = $1', values: [subject.id] }
  const entry = {
    name: 'log',
    text: 'insert into bench_log (subject, purpose, case_number, official) values ($1, $2, $3, $4)',
    values: [subject.id, purpose, caseNumber, official],
  }
  return inTransaction(pool, async tx => (await tx.query<{ body: object }>(record)).rows[0]!.body, {
    first: tx => tx.query({ name: 'known', text: 'select 1' }),
    last: () => [entry],
  })
})

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
