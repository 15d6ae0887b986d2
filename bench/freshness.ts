/** From the acknowledgement of a publish until a pull answers the record, while records come in steadily. */
import { setTimeout as sleep } from 'node:timers/promises'
import { figureOf, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { dataset, messageMaker, openPublisher, topic } from './stand/messages.ts'
import { residentId } from './stand/residents.ts'
import { openStand, type Stand } from './stand/stand.ts'

const perSecond = 500
const tick = 20
/** Pulls at once at most: what is late shall be asked for while it waits, not after those before it. */
const followers = 4
/** Milliseconds of each round that do not count. */
const warmUp = 3_000

export async function measureFreshness({ rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const stand = await openStand()
  try {
    const ages: number[][] = []
    for (let round = 0; round < rounds; round++) {
      const found = await agesOf(stand, seconds, round * 1_000_000)
      say(`round ${round + 1}: p50 ${quantile(found, 0.5).toFixed(1)} ms, p99 ${quantile(found, 0.99).toFixed(1)} ms`)
      ages.push(found)
    }
    const of = (name: string, q: number, goal: number) =>
      figureOf(
        { name: `freshness.${name}`, title: `acknowledged → pulled, ${name}`, unit: 'ms', goal: { atMost: goal } },
        ages.map(found => quantile(found, q)),
      )
    return {
      measurement: 'freshness',
      setting: { 'records a second': perSecond, samples: ages[0]!.length, rounds },
      ratios: [],
      figures: [of('p50', 0.5, 15), of('p99', 0.99, 50)],
    }
  } finally {
    await stand.close()
  }
}

/**
 * Publishes a handful every few milliseconds, and follows one record of each. Followers take turns, each asking by one pull
 * at a time, so that asking does not become a load of its own, however late records are.
 */
async function agesOf(stand: Stand, seconds: number, from: number): Promise<number[]> {
  const [make, publisher] = await Promise.all([messageMaker(), openPublisher(stand)])
  const headers = {
    authorization: `Bearer ${await stand.tokenOf('natural-resources/title-office')}`,
    'content-type': 'application/json',
  }
  const handful = (perSecond * tick) / 1000
  const started = performance.now()
  const ages: number[] = []
  const following: Promise<unknown>[] = Array.from({ length: followers }, () => Promise.resolve())
  for (let n = 0; n * tick < warmUp + seconds * 1000; n++) {
    const first = from + n * handful
    const sent = publisher.publish(
      topic,
      Array.from({ length: handful }, (_, i) => make(first + i)),
    )
    const acknowledged = sent.then(() => performance.now())
    following[n % followers] = Promise.all([following[n % followers], acknowledged]).then(async ([, since]) => {
      const pulled = await untilPulled(stand.stack.hub, headers, first)
      if (n * tick >= warmUp) ages.push(pulled - since)
    })
    await sleep(Math.max(0, started + (n + 1) * tick - performance.now()))
  }
  await Promise.all(following)
  await publisher.close()
  return ages
}

/** When a pull had it. */
async function untilPulled(hub: string, headers: Record<string, string>, n: number): Promise<number> {
  const purpose = 'real-estate-transfer'
  const body = JSON.stringify({
    dataset,
    subject: { type: 'person', id: residentId(n) },
    purpose,
    case: 'B',
    official: 'u-1',
  })
  for (;;) {
    const response = await fetch(`${hub}/v1/pulls`, { method: 'POST', headers, body })
    const answer = (await response.json()) as { results?: { records?: unknown[] }[] }
    if (!answer.results) throw new Error(`the pull was answered ${response.status}`)
    if (answer.results[0]?.records?.length) return performance.now()
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
}
