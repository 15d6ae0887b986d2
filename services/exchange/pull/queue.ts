/**
 * Gathers what is in flight: a commit costs the same for one pull as for fifty. Nothing ever waits for a timer: where
 * nothing runs, a batch starts with whatever is there; beside others once it is worth a commit of its own, which is when
 * half as many wait as they hold. So batches stay small at low load, and even out instead of following a large one with
 * a tiny one under high load.
 *
 * Owners whose items failed by their own fault run apart for a while: in small batches of one owner, one at a time, one for
 * several of the others', and with a bound of their own on how many wait. Nobody else shares a batch with them.
 */
import { createApart } from './apart.ts'
import type { Settled } from './settle.ts'

export type Queue<In, Out> = { put(item: In): Promise<Out>; idle(): Promise<void> }

export type QueueOptions<In, Out> = {
  /** Answers a batch, in order. Called with at most `largest` items and at most `inFlight()` times at once; rejects never. */
  run: (batch: readonly In[]) => Promise<Settled<Out>[]>
  inFlight: () => number
  largest: number
  /** How many may wait; more are refused by a rejected promise, so that a flood ends in 503 and not in memory. */
  longest: number
  /** Whether an item has waited so long that it is refused rather than run: what bounds the wait while the database is down. */
  isStale: (item: In) => boolean
  /** Who answers for an item that fails; undefined where nobody does. */
  ownerOf: (item: In) => string | undefined
  /** Whether what an item failed by is its owner's fault. */
  isFault: (error: unknown) => boolean
  now: () => Date
}

type Waiting<In, Out> = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void }

export class QueueFull extends Error {}

export function createQueue<In, Out>({
  run,
  inFlight,
  largest,
  longest,
  isStale,
  ownerOf,
  isFault,
  now,
}: QueueOptions<In, Out>): Queue<In, Out> {
  const apart = createApart<Waiting<In, Out>>({ ownerOf: ({ item }) => ownerOf(item), now, longest: longest / 4 })
  let waiting: Waiting<In, Out>[] = []
  let running = 0
  let inHand = 0
  let scheduled = false
  let idle = Promise.withResolvers<void>()

  const isEmpty = () => waiting.length === 0 && apart.isEmpty()
  const isWorthIt = () => waiting.length > 0 && waiting.length * 2 >= Math.min(inHand, largest)
  const mayStart = () => running < inFlight() && (isWorthIt() || apart.mayRun())

  const take = () => {
    if (apart.mayRun() && (apart.isNext() || !isWorthIt())) return { batch: apart.take(), isApart: true }
    apart.passed()
    return { batch: waiting.splice(0, largest), isApart: false }
  }

  const pump = () => {
    scheduled = false
    for (const { reject } of [...takeStale(waiting), ...takeStale(apart.waiting)])
      reject(new QueueFull('waited too long'))
    while (mayStart()) start(take())
  }

  const takeStale = (list: Waiting<In, Out>[]) => {
    const fresh = list.findIndex(({ item }) => !isStale(item))
    return list.splice(0, fresh < 0 ? list.length : fresh)
  }

  const start = ({ batch, isApart }: ReturnType<typeof take>) => {
    running += 1
    if (!isApart) inHand += batch.length
    void answer(batch).finally(() => {
      running -= 1
      if (isApart) apart.done()
      else inHand -= batch.length
      pump()
      if (running === 0 && isEmpty()) idle.resolve()
    })
  }

  const answer = async (batch: Waiting<In, Out>[]): Promise<void> => {
    const settled = await run(batch.map(({ item }) => item))
    for (const [n, outcome] of settled.entries()) {
      if ('answer' in outcome) batch[n]!.resolve(outcome.answer)
      else batch[n]!.reject(outcome.error)
      if ('whose' in outcome && outcome.whose === 'own' && isFault(outcome.error))
        waiting = apart.remember(batch[n]!, waiting)
    }
  }

  return {
    put: item =>
      new Promise((resolve, reject) => {
        const one = { item, resolve, reject }
        const isApart = apart.isApart(one)
        if (isApart ? apart.isFull() : waiting.length >= longest)
          return reject(new QueueFull('too many pulls are waiting'))
        if (running === 0 && isEmpty()) idle = Promise.withResolvers()
        if (isApart) apart.waiting.push(one)
        else waiting.push(one)
        if (scheduled || !mayStart()) return
        // After this turn of the event loop: requests that arrived together go together.
        scheduled = true
        setImmediate(pump)
      }),
    idle: () => (running === 0 && isEmpty() ? Promise.resolve() : idle.promise),
  }
}
