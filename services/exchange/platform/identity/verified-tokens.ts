import { hash } from 'node:crypto'
import type { Caller } from './caller.ts'

const most = 10_000
const longest = 600_000

/**
 * Callers of tokens verified before, least recently used ones dropped first. Holds SHA-256 digests, so that no dump of
 * our memory yields a usable token from here.
 */
export function createVerifiedTokens() {
  const callers = new Map<string, { caller: Caller; until: number }>()
  const digest = (token: string) => hash('sha256', token, 'base64')
  return {
    find(token: string, at: Date): Caller | undefined {
      const key = digest(token)
      const found = callers.get(key)
      if (!found) return undefined
      callers.delete(key)
      if (found.until <= at.getTime()) return undefined
      callers.set(key, found)
      return found.caller
    },
    /** `expires` in milliseconds since the epoch. */
    keep(token: string, caller: Caller, expires: number, at: Date): void {
      if (callers.size >= most) callers.delete(callers.keys().next().value!)
      callers.set(digest(token), { caller, until: Math.min(expires, at.getTime() + longest) })
    },
  }
}
