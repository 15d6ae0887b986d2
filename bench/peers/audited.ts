/**
 * The bare route with the usual audit: one insert into a log table before each answer. The log can be rewritten by
 * anybody with access to the database, and nothing is decided or minimised.
 */
import fastify from 'fastify'
import pg from 'pg'

const { DATABASE_URL, PORT } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 12 })
const app = fastify()

type Body = { subject: { id: string }; purpose: string; case: string; official: string }

app.get('/healthz', async () => 'ok')
app.post<{ Body: Body }>('/records', async request => {
  const { subject, purpose, case: caseNumber, official } = request.body
  const { rows } = await pool.query<{ body: object }>({
    name: 'record',
    text: 'select body from bench_record where subject = $1',
    values: [subject.id],
  })
  await pool.query({
    name: 'log',
    text: 'insert into bench_log (subject, purpose, case_number, official) values ($1, $2, $3, $4)',
    values: [subject.id, purpose, caseNumber, official],
  })
  return rows[0]!.body
})

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
