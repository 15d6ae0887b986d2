/**
 * A route without any safety: one prepared select, and what it finds goes out. Nobody is asked who they are; nothing is
 * decided, minimised or logged. The subject comes in the body, as ids do not
 * belong in URLs.
 */
import fastify from 'fastify'
import pg from 'pg'

const { DATABASE_URL, PORT } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 12 })
const app = fastify()

app.get('/healthz', async () => 'ok')
app.post<{ Body: { subject: { id: string } } }>('/records', async request => {
  const { rows } = await pool.query<{ body: object }>({
    name: 'record',
    text: 'select body from bench_record where subject = $1',
    values: [request.body.subject.id],
  })
  return rows[0]!.body
})

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
process.on('SIGTERM', () => process.exit(0))
