/** A hub's process that packs a former log until it kills itself at a given statement of a given transaction. */
import type pg from 'pg'
import { createLog } from '../../services/contract/log.ts'
import { packFormerLog } from '../../services/exchange/log/append/pack-former-log.ts'
import { createPool } from '../../services/postgres/pool.ts'
import type { PackerPlan } from './log-packer-steps.ts'

const plan = JSON.parse(process.argv[2]!) as PackerPlan
const pool = createPool({ url: plan.url, size: 1, log: createLog('packer', 'silent') })
const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
let begun = 0

const kill = () => process.kill(process.pid, 'SIGKILL')

async function stepped(query: (...words: unknown[]) => Promise<unknown>, words: unknown[]) {
  const text = typeof words[0] === 'string' ? words[0] : (words[0] as { text: string }).text
  if (text === 'begin') begun += 1
  const isPlace = begun === plan.transaction && text.includes(plan.statement)
  if (isPlace && plan.when === 'before') kill()
  const answer = query(...words)
  // Leaves the time to write to the socket, and none to hear of the outcome.
  if (isPlace && plan.when === 'as it is sent') setImmediate(kill)
  const result = await answer
  if (isPlace && plan.when === 'after') kill()
  return result
}

const known = new WeakSet<object>()
/** A single read of the pool asks with a callback, and is no step. */
Object.assign(pool, {
  connect: async (heard?: unknown) => {
    if (heard) return (connect as (heard: unknown) => void)(heard)
    const client = await connect()
    if (known.has(client)) return client
    known.add(client)
    const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>
    return Object.assign(client, { query: (...words: unknown[]) => stepped(query, words) })
  },
})
await packFormerLog({ pool, log: createLog('packer', 'silent'), now: () => new Date() })
await pool.end()
