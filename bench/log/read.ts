/** Proofs of any entry, and searches by subject, in a large log: how long each takes, in milliseconds. */
import type pg from 'pg'
import { findEntries } from '../../services/exchange/log/reading/find-entries.ts'
import { proveInclusion } from '../../services/exchange/log/tree/prove-entries.ts'
import { residentId } from '../stand/residents.ts'
import { subjectsOf } from './large-log.ts'

export type Times = { median: number; p99: number }

export const measureProofs = (pool: pg.Pool, size: number, count: number): Promise<Times> =>
  timesOf(count, () => proveInclusion(pool, Math.floor(Math.random() * size), size))

export const measureSubjectSearches = (pool: pg.Pool, size: number, count: number): Promise<Times> =>
  timesOf(count, () => {
    const id = residentId(Math.floor(Math.random() * subjectsOf(size)))
    return findEntries(pool, { subject: { type: 'person', id } }, { limit: 51 })
  })

export const measureTimeSearches = (pool: pg.Pool, size: number, count: number): Promise<Times> =>
  timesOf(count, () => {
    const from = Date.parse('2026-01-01') + Math.random() * size * 100
    const span = { from: new Date(from).toISOString(), until: new Date(from + 3_600_000).toISOString() }
    return findEntries(pool, { official: `u-${Math.floor(Math.random() * 5000)}`, ...span }, { limit: 51 })
  })

async function timesOf(count: number, work: () => Promise<unknown>): Promise<Times> {
  const times: number[] = []
  for (let i = 0; i < count; i += 1) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return { median: times[Math.floor(count / 2)]!, p99: times[Math.floor(count * 0.99)]! }
}
