import { LogUnavailable } from '../tree/log-unavailable.ts'
import type { Batch } from './head.ts'

/** Keeps a checkpoint outside the database; throws where it cannot. */
export type CheckpointSink = (checkpoint: string) => void | Promise<void>

/**
 * Publishes the checkpoints of committed batches, one after another and never back: one that is smaller than the last is of the same
 * log, as the larger one proves, and need not be published any more.
 */
export function createPublisher(sinks: readonly CheckpointSink[]): (batch: Batch) => Promise<void> {
  let newest = 0
  let last = Promise.resolve()
  const publish = async ({ growth, checkpoint }: Batch) => {
    if (growth.edge.size <= newest) return
    try {
      for (const sink of sinks) await sink(checkpoint)
    } catch (cause) {
      throw new LogUnavailable('the checkpoint could not be kept outside the database', { cause })
    }
    newest = growth.edge.size
  }
  return batch => {
    const published = last.then(() => publish(batch))
    last = published.catch(() => {})
    return published
  }
}
