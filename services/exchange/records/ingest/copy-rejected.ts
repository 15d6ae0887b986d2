/** Copies of what was rejected, on `datarun.<dataset>.rejected`: sent from the table, so that none is lost. */

import { rejectedTopicOf } from '../../../contract/topic.ts'
import { type KafkaConnection, type Publisher, refusesContent } from '../../../kafka/kafka.ts'
import { inTransaction } from '../../../postgres/transaction.ts'
import type { IngestNeeds } from './needs.ts'
import { copyOf } from './rejected-copy.ts'
import { datasetsToCopy, markCopies, takeToCopy } from './rejection-store.ts'
import type { StoredMessage } from './stored-message.ts'

export type RejectedTopic = { wake(): void; stop(): Promise<void> }

const atOnce = 100
/** Milliseconds. */
const againAfter = 2_000

export function startRejectedTopic(needs: IngestNeeds, kafka: KafkaConnection): RejectedTopic {
  let publisher: Promise<Publisher> | undefined
  let running: Promise<void> | undefined
  let again = false
  let stopping = false
  let retry: NodeJS.Timeout | undefined
  const sendAll = async () => {
    do {
      again = false
      publisher ??= kafka.publisher()
      publisher.catch(() => {
        publisher = undefined
      })
      const open = await publisher
      const datasets = needs.catalogue.datasets().map(({ id }) => id)
      for (const dataset of await datasetsToCopy(needs.pool, datasets)) {
        if (!stopping && !(await copiesOf(needs, open, dataset))) tryAgain()
      }
    } while (again && !stopping)
  }
  const tryAgain = () => {
    clearTimeout(retry)
    if (!stopping) retry = setTimeout(wake, againAfter)
  }
  const wake = () => {
    again = true
    running ??= sendAll()
      .catch(error => {
        needs.log.warn({ err: error }, 'rejected messages could not be copied to their topic; retrying')
        tryAgain()
      })
      .finally(() => {
        running = undefined
      })
  }
  wake()
  return {
    wake,
    stop: async () => {
      stopping = true
      clearTimeout(retry)
      await running
      await publisher?.then(open => open.close()).catch(() => {})
    },
  }
}

/** False where the topic of this dataset takes nothing at the moment: those of the others have their turn all the same. */
async function copiesOf(needs: IngestNeeds, publisher: Publisher, dataset: string): Promise<boolean> {
  try {
    while ((await copySome(needs, publisher, dataset)) === atOnce) {}
    return true
  } catch (error) {
    needs.log.warn({ err: error, dataset }, 'rejected messages could not be copied to their topic; retrying')
    return false
  }
}

/** At least once: a crash between sending and committing sends the copy again, with the same position in its headers. */
async function copySome(needs: IngestNeeds, publisher: Publisher, dataset: string): Promise<number> {
  return inTransaction(needs.pool, async tx => {
    const messages = await takeToCopy(tx, dataset, atOnce)
    const copied: Record<'published' | 'impossible', number[]> = { published: [], impossible: [] }
    for (const message of messages) copied[await copyOne(needs, publisher, message)].push(message.id)
    await markCopies(tx, copied)
    return messages.length
  })
}

/** A copy that the brokers will never take is told of and marked; its message stays in the table, where its steward sees it. */
async function copyOne(
  needs: IngestNeeds,
  publisher: Publisher,
  message: StoredMessage,
): Promise<'published' | 'impossible'> {
  const { id, dataset } = message
  try {
    await publisher.publish(rejectedTopicOf(dataset), [copyOf(message)])
    return 'published'
  } catch (error) {
    if (!refusesContent(error)) throw error
    needs.log.error(
      { err: error, dataset, rejection: id },
      'a rejected message cannot be copied to its topic; not retrying',
    )
    needs.metrics.copiesFailed.inc({ dataset })
    return 'impossible'
  }
}
