/** How many pulls of bulk calls one caller has in the queue at once; the others of theirs wait outside of it, in their order. */

/** Four batches: enough to keep the chain full, and a sixteenth of what the queue holds. */
export const mostOfCaller = 256

type Queued = { underway: number; waiting: (() => void)[] }

export type Share = <T>(caller: string, work: () => Promise<T>) => Promise<T>

export function createShare(most = mostOfCaller): Share {
  const callers = new Map<string, Queued>()
  const leave = (caller: string, queued: Queued) => {
    const next = queued.waiting.shift()
    if (next) next()
    else queued.underway -= 1
    if (queued.underway === 0) callers.delete(caller)
  }
  return async (caller, work) => {
    const queued = callers.get(caller) ?? { underway: 0, waiting: [] }
    callers.set(caller, queued)
    if (queued.underway < most) queued.underway += 1
    else await new Promise<void>(resolve => void queued.waiting.push(resolve))
    try {
      return await work()
    } finally {
      leave(caller, queued)
    }
  }
}
