/** Copies of what was set aside, on `datarun.<dataset>.rejected`: sent from the table, so that none is lost. */
import type { KafkaConnection, Publisher } from '../../contract/kafka.ts'
import { rejectedTopicOf } from '../catalogue/dataset.ts'
import { inTransaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { markPublished, type StoredMessage, takeUnpublished } from './rejection-store.ts'

export type RejectedTopic = { wake(): void; stop(): Promise<void> }

const atOnce = 100

export function startRejectedTopic(hub: Hub, kafka: KafkaConnection): RejectedTopic {
  let publisher: Promise<Publisher> | undefined
  let running: Promise<void> | undefined
  let again = false
  let retry: NodeJS.Timeout | undefined
  const sendAll = async () => {
    do {
      again = false
      publisher ??= kafka.publisher()
      publisher.catch(() => {
        publisher = undefined
      })
      const open = await publisher
      while ((await sendSome(hub, open)) === atOnce) {}
    } while (again)
  }
  const wake = () => {
    again = true
    running ??= sendAll()
      .catch(error => {
        hub.log.warn({ err: error }, 'rejected messages could not be copied to their topic; trying again')
        retry = setTimeout(wake, 2_000)
      })
      .finally(() => {
        running = undefined
      })
  }
  wake()
  return {
    wake,
    stop: async () => {
      clearTimeout(retry)
      await running
      await publisher?.then(open => open.close()).catch(() => {})
    },
  }
}

/** At least once: a crash between sending and committing sends the copy again, with the same position in its headers. */
async function sendSome(hub: Hub, publisher: Publisher): Promise<number> {
  return inTransaction(hub.pool, async tx => {
    const messages = await takeUnpublished(tx, atOnce)
    for (const message of messages) await publisher.publish(rejectedTopicOf(message.dataset), [copyOf(message)])
    await markPublished(
      tx,
      messages.map(message => message.id),
    )
    return messages.length
  })
}

/** What a broker takes at most by default is 1 MiB, the rest of the batch included. */
const largestCopy = 1_000_000

/** Content that does not fit beside the reason stays in the table alone. */
function copyOf(message: StoredMessage) {
  const value = message.value ?? Buffer.alloc(0)
  const headers: Record<string, string> = {
    ...message.headers,
    datarun_rejection: String(message.id),
    datarun_code: message.code,
    datarun_pointer: message.pointer ?? '',
    datarun_position: `${message.topic}/${message.partition}/${message.offset}`,
  }
  const key = message.key?.toString('utf8') ?? ''
  const size = Buffer.byteLength(JSON.stringify(headers)) + Buffer.byteLength(key) + value.length
  if (size <= largestCopy) return { key, value, headers }
  return { key, value: Buffer.alloc(0), headers: { ...headers, datarun_value: 'left out: too large' } }
}
