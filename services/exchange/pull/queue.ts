/**
 * Gathers what is in flight: a commit costs the same for one pull as for fifty. Nothing ever waits for a timer: where
 * nothing runs, a batch starts with whatever is there. One batch is made at a time; as it leaves to be committed the next one starts,
 * if half as many wait as are in hand. So batches stay small at low load, and even out instead of following a large one with
 * a tiny one under high load.
 *
 * Owners whose items failed by their own fault run apart for a while: in small batches of one owner, one at a time, one for
 * several of the others', and with a bound of their own on how many wait. Nobody else shares a batch with them.
 */
import { createApart } from './apart.ts'
import type { Settled } from './settle.ts'

export type Queue<In, Out> = { put(item: In): Promise<Out>; idle(): Promise<void> }

export type QueueOptions<In, Out> = {
  /**
   * Answers a batch of at most `largest` items, in order; rejects never. `leaving` starts the next batch, in that very call: so that
   * what it asks for travels with the end of this one. Without it the next batch starts once this one is answered.
   */
  run: (batch: readonly In[], leaving: () => void) => Promise<Settled<Out>[]>
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

type State<In, Out> = {
  options: QueueOptions<In, Out>
  apart: ReturnType<typeof createApart<Waiting<In, Out>>>
  waiting: Waiting<In, Out>[]
  /** Whether a batch of those that are not apart is being made. */
  isMaking: boolean
  /** Items of such batches that are not answered yet. */
  inHand: number
  /** Batches that are not answered yet. */
  running: number
  isScheduled: boolean
  idle: PromiseWithResolvers<void>
}

export function createQueue<In, Out>(options: QueueOptions<In, Out>): Queue<In, Out> {
  const { ownerOf, now, longest } = options
  const state: State<In, Out> = {
    options,
    apart: createApart({ ownerOf: ({ item }) => ownerOf(item), now, longest: longest / 4 }),
    waiting: [],
    isMaking: false,
    inHand: 0,
    running: 0,
    isScheduled: false,
    idle: Promise.withResolvers(),
  }
  return {
    put: item => new Promise((resolve, reject) => put(state, { item, resolve, reject })),
    idle: () => (isIdle(state) ? Promise.resolve() : state.idle.promise),
  }
}

function put<In, Out>(state: State<In, Out>, one: Waiting<In, Out>): void {
  const { apart, waiting, options } = state
  const isApart = apart.isApart(one)
  if (isApart ? apart.isFull() : waiting.length >= options.longest) {
    one.reject(new QueueFull('too many pulls are waiting'))
    return
  }
  if (isIdle(state)) state.idle = Promise.withResolvers()
  if (isApart) apart.waiting.push(one)
  else waiting.push(one)
  if (state.isScheduled || !(isApartDue(state) || isDue(state))) return
  // After this turn of the event loop: requests that arrived together go together.
  state.isScheduled = true
  setImmediate(() => {
    state.isScheduled = false
    pump(state)
  })
}

const isIdle = <In, Out>({ running, waiting, apart }: State<In, Out>) =>
  running === 0 && waiting.length === 0 && apart.isEmpty()

const isWorthIt = <In, Out>({ waiting, inHand, options: { largest } }: State<In, Out>) =>
  waiting.length > 0 && waiting.length * 2 >= Math.min(inHand, largest)

const isDue = <In, Out>(state: State<In, Out>) => !state.isMaking && isWorthIt(state)

const isApartDue = <In, Out>(state: State<In, Out>) =>
  state.apart.mayRun() && (state.apart.isNext() || !isWorthIt(state))

function pump<In, Out>(state: State<In, Out>): void {
  const { apart, options } = state
  for (const { reject } of [...takeStale(state.waiting, options), ...takeStale(apart.waiting, options)])
    reject(new QueueFull('waited too long'))
  for (;;) {
    if (isApartDue(state)) startApart(state)
    else if (isDue(state)) start(state)
    else return
  }
}

function takeStale<In, Out>(list: Waiting<In, Out>[], { isStale }: QueueOptions<In, Out>): Waiting<In, Out>[] {
  const fresh = list.findIndex(({ item }) => !isStale(item))
  return list.splice(0, fresh < 0 ? list.length : fresh)
}

function startApart<In, Out>(state: State<In, Out>): void {
  void answer(state, state.apart.take(), () => {}).finally(() => {
    state.apart.done()
    goOn(state)
  })
}

function start<In, Out>(state: State<In, Out>): void {
  state.apart.passed()
  const batch = state.waiting.splice(0, state.options.largest)
  state.inHand += batch.length
  state.isMaking = true
  let isLeft = false
  const leave = () => {
    if (!isLeft) state.isMaking = false
    isLeft = true
  }
  const leaving = () => {
    leave()
    pump(state)
  }
  void answer(state, batch, leaving).finally(() => {
    leave()
    state.inHand -= batch.length
    goOn(state)
  })
}

function goOn<In, Out>(state: State<In, Out>): void {
  pump(state)
  if (isIdle(state)) state.idle.resolve()
}

async function answer<In, Out>(
  state: State<In, Out>,
  batch: readonly Waiting<In, Out>[],
  leaving: () => void,
): Promise<void> {
  const { apart, options } = state
  const items = batch.map(({ item }) => item)
  state.running += 1
  const settled = await options.run(items, leaving)
  for (const [n, outcome] of settled.entries()) {
    if ('answer' in outcome) batch[n]!.resolve(outcome.answer)
    else batch[n]!.reject(outcome.error)
    if ('whose' in outcome && outcome.whose === 'own' && options.isFault(outcome.error))
      state.waiting = apart.remember(batch[n]!, state.waiting)
  }
  state.running -= 1
}
