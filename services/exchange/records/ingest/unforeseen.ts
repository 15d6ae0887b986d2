/** Which errors are waited for without an end, which are the message's own, and what is done with all others. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isOutage } from '../../../postgres/outage.ts'

const sqlStateOf = (error: unknown): string => {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : ''
}

/**
 * Our surroundings, and so the same for every message: besides outages a server that only reads (25), a login or right that
 * is gone (28, 42501), a missing database (3D), tables that this version of the program does not know (42), a full or broken
 * disk (58), a broken configuration (F0). To set messages aside for these would set all of them aside.
 */
export const isSurroundings = (error: unknown): boolean =>
  isOutage(error) || /^(25|28|3D|42|58|F0)/.test(sqlStateOf(error))

/** PostgreSQL refuses the data itself, and will do so the next time. */
export const isRefusal = (error: unknown): boolean => /^(22|23|54)/.test(sqlStateOf(error))

/** Milliseconds: long enough for a hiccup, short enough for the partitions that wait meanwhile. */
const pauses = [100, 300, 900]

/** Runs `work`, and after each pause again, for as long as it throws what nobody foresaw. Throws what it threw last. */
export async function triedAgain<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work()
    } catch (error) {
      if (isSurroundings(error) || isRefusal(error)) throw error
      await sleep(pause)
    }
  }
  return await work()
}
