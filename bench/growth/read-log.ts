/** Proofs of any entry, and searches by subject, in a large log: the 99th of a hundred, in milliseconds. */
import type pg from 'pg'
import { findEntries } from '../../services/exchange/log/reading/find-entries.ts'
import { proveInclusion } from '../../services/exchange/log/tree/prove-entries.ts'
import { residentId } from '../stand/residents.ts'
import type { Reads } from './figures.ts'
import { subjectsOf } from './large-log.ts'

const count = 2_000
const warmUp = 50

/** In a log that `fillLog` made with so many entries. */
export async function readLargeLog(pool: pg.Pool, entries: number): Promise<Reads> {
  const prove = () => proveInclusion(pool, Math.floor(Math.random() * entries), entries)
  const search = () => {
    const id = residentId(Math.floor(Math.random() * subjectsOf(entries)))
    return findEntries(pool, { subject: { type: 'person', id } }, { limit: 51 })
  }
  return { proof: await p99(prove), search: await p99(search) }
}

async function p99(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = -warmUp; n < count; n += 1) {
    const start = performance.now()
    await work()
    if (n >= 0) times.push(performance.now() - start)
  }
  return times.sort((one, other) => one - other)[Math.floor(count * 0.99)]!
}
