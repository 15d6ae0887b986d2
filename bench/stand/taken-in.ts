import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable } from '../../services/postgres/pool.ts'

/** Milliseconds until a run is given up. */
const longest = 180_000

/** How many messages of a topic the hub has taken in. */
export async function takenIn(database: Queryable, topic: string): Promise<number> {
  const { rows } = await database.query<{ sum: string }>(
    'select coalesce(sum(next_offset), 0) as sum from ingest_offset where topic = $1',
    [topic],
  )
  return Number(rows[0]!.sum)
}

/** Messages a second. The clock runs from a tenth of the messages to the last one, so that nobody's start counts. */
export async function timed(messages: number, count: () => Promise<number>): Promise<number> {
  let from: { at: number; done: number } | undefined
  const deadline = performance.now() + longest
  while (performance.now() < deadline) {
    const [done, at] = [await count(), performance.now()]
    if (!from && done >= messages / 10) from = { at, done }
    if (done >= messages) return ((messages - from!.done) / (at - from!.at)) * 1000
    await sleep(20)
  }
  throw new Error(`not all ${messages} messages came through in ${longest / 1000} s`)
}

export const untilTakenIn = (database: Queryable, topic: string, { from, to }: { from: number; to: number }) =>
  timed(to - from, async () => (await takenIn(database, topic)) - from)
