/**
 * How many requests a caller makes in a minute, and an address without a token: rules and numbers only. By caller rather than by
 * address, as departments often share one gateway.
 */
export type RequestLimits = {
  requestsPerMinute: number
  /** From one address, by whoever sends no token. */
  anonymousPerMinute?: number
  now: () => Date
}

/**
 * Counts a request, or `many` at once, and says for how many seconds their sender has to wait; 0 where they may go on. Several that
 * are too many together are not counted, as none of them is begun.
 */
export type CountRequest = (caller: { id: string } | undefined, sender: { ip: string }, many?: number) => number

const minute = 60_000
/** Callers, and addresses, that are counted at once. Of more the one whose minute began first is forgotten. */
const most = 10_000

type Count = { requests: number; until: number }

/** Addresses have counts of their own, so that no flood from many of them makes a caller's be forgotten. */
export function createRequestCount({ requestsPerMinute, anonymousPerMinute, now }: RequestLimits): CountRequest {
  const ofCallers = new Map<string, Count>()
  const ofAddresses = new Map<string, Count>()
  return (caller, sender, many = 1) => {
    const at = now().getTime()
    const [counts, name, limit] = caller
      ? [ofCallers, caller.id, requestsPerMinute]
      : [ofAddresses, sender.ip, anonymousPerMinute ?? requestsPerMinute]
    const count = countOf(counts, name, at)
    const isTooMany = count.requests + many > limit
    if (!isTooMany || many === 1) count.requests += many
    return isTooMany ? Math.ceil((count.until - at) / 1_000) : 0
  }
}

/** The running count of this minute, which begins with its first request. */
function countOf(counts: Map<string, Count>, name: string, at: number): Count {
  const running = counts.get(name)
  if (running && running.until > at) return running
  counts.delete(name)
  if (counts.size >= most) counts.delete(counts.keys().next().value!)
  const begun = { requests: 0, until: at + minute }
  counts.set(name, begun)
  return begun
}
