/**
 * Gathers what is in flight: a commit costs the same for one pull as for fifty. Nothing ever waits for a timer: where
 * nothing runs, a batch starts with whatever is there; beside others once it is worth a commit of its own, which is when
 * half as many wait as they hold. So batches stay small at low load, and even out instead of following a large one with
 * a tiny one under high load.
 */
type Queue<In, Out> = { put(item: In): Promise<Out>; idle(): Promise<void> }

export type QueueOptions<In, Out> = {
  /** Answers a batch, in order. Called with at most `largest` items and at most `inFlight()` times at once. */
  run: (batch: readonly In[]) => Promise<Out[]>
  inFlight: () => number
  largest: number
  /** Whether a failed batch may be run again one by one, because one member alone may have been the cause. */
  mayRetryAlone: (error: unknown) => boolean
  /** How many may wait; more are refused by a rejected promise, so that a flood ends in 503 and not in memory. */
  longest: number
  /** Whether an item has waited so long that it is refused rather than run: what bounds the wait while the database is down. */
  isStale?: (item: In) => boolean
}

type Waiting<In, Out> = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void }

export class QueueFull extends Error {}

export function createQueue<In, Out>({
  run,
  mayRetryAlone,
  inFlight,
  largest,
  longest,
  isStale = () => false,
}: QueueOptions<In, Out>): Queue<In, Out> {
  let waiting: Waiting<In, Out>[] = []
  let running = 0
  let inHand = 0
  let scheduled = false
  let idle = Promise.withResolvers<void>()

  const isWorthIt = () => running < inFlight() && waiting.length > 0 && waiting.length * 2 >= Math.min(inHand, largest)

  const pump = () => {
    scheduled = false
    while (waiting.length > 0 && isStale(waiting[0]!.item)) waiting.shift()!.reject(new QueueFull('waited too long'))
    while (isWorthIt()) {
      const batch = waiting.slice(0, largest)
      waiting = waiting.slice(largest)
      running += 1
      inHand += batch.length
      void answer(batch).finally(() => {
        running -= 1
        inHand -= batch.length
        pump()
        if (running === 0 && waiting.length === 0) idle.resolve()
      })
    }
  }

  /** A batch that fails for a reason of one member is run again one by one, so that the others get their answers. */
  const answer = async (batch: Waiting<In, Out>[]): Promise<void> => {
    try {
      const answers = await run(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, n) => {
        resolve(answers[n]!)
      })
    } catch (error) {
      if (batch.length === 1 || !mayRetryAlone(error)) for (const { reject } of batch) reject(error)
      else for (const one of batch) await answer([one])
    }
  }

  return {
    put: item =>
      new Promise((resolve, reject) => {
        if (waiting.length >= longest) return reject(new QueueFull('too many pulls are waiting'))
        if (running === 0 && waiting.length === 0) idle = Promise.withResolvers()
        waiting.push({ item, resolve, reject })
        if (scheduled || !isWorthIt()) return
        // After this turn of the event loop: requests that arrived together go together.
        scheduled = true
        setImmediate(pump)
      }),
    idle: () => (running === 0 && waiting.length === 0 ? Promise.resolve() : idle.promise),
  }
}
