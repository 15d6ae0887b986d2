/** Metrics of messages that are not taken in yet. */
import { datasetIdOf } from '../../../contract/topic.ts'
import type { IngestNeeds } from './needs.ts'
import type { Stood } from './position.ts'
import { type Logs, oldestAge, type StuckPartition, type Waiting } from './standstill.ts'

type Seen = {
  logs: Logs
  stood: ReadonlyMap<string, Stood>
  waiting: ReadonlyMap<string, Waiting>
  standing: readonly StuckPartition[]
  now: number
}

export function measure(
  { metrics }: Pick<IngestNeeds, 'metrics'>,
  { logs, stood, waiting, standing, now }: Seen,
): void {
  for (const gauge of [metrics.ingestLag, metrics.ingestOldest, metrics.ingestStanding]) gauge.reset()
  for (const [topic, { partitions }] of logs) {
    const dataset = datasetIdOf(topic)
    let oldest = 0
    for (const [partition, { start, end }] of partitions) {
      const name = `${topic}/${partition}`
      const next = Math.max(stood.get(name)?.next ?? 0, start)
      const found = waiting.get(name)
      metrics.ingestLag.set({ dataset, partition }, Math.max(0, end - next))
      if (found) oldest = Math.max(oldest, oldestAge(found, now))
    }
    metrics.ingestOldest.set({ dataset }, oldest / 1_000)
  }
  for (const { dataset, because } of standing) metrics.ingestStanding.inc({ dataset, because })
}
