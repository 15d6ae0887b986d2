/** A rejected message as its copy stands on `datarun.<dataset>.rejected`. */
import type { MessageHeaders } from '../../../contract/envelope.ts'
import type { Violation } from '../../../contract/failure.ts'
import type { AnyMessage } from '../../../kafka/kafka.ts'
import type { StoredMessage } from './stored-message.ts'

/** A broker takes 1 MiB at most by default, the rest of the batch included. */
const largestCopy = 1_000_000

/**
 * Key, value and headers as they came, and null where they were null; why, where and in which words in headers that begin
 * with `datarun_`. Content that does not fit beside them stays in the table alone.
 */
export function copyOf(message: StoredMessage): AnyMessage {
  const { key, value, violations } = message
  const headers: MessageHeaders = {
    ...message.headers,
    datarun_rejection: String(message.id),
    datarun_code: message.code,
    datarun_pointer: message.pointer ?? '',
    datarun_detail: message.detail ?? inWords(violations ?? []),
    ...(violations && { datarun_violations: JSON.stringify(violations) }),
    datarun_position: `${message.topic}/${message.partition}/${message.offset}`,
  }
  const size = sizeOf(headers) + (key?.length ?? 0) + (value?.length ?? 0)
  if (size <= largestCopy) return { key, value, headers }
  return { key, value: Buffer.alloc(0), headers: { ...headers, datarun_value: 'left out: too large' } }
}

/** The first violation, and how many more there are: a reader of headers alone learns what to mend. */
function inWords([first, ...more]: Violation[]): string {
  if (!first) return ''
  const rest = more.length ? `; ${more.length} more in datarun_violations` : ''
  return `${first.pointer || 'The record'} ${first.message}${rest}`
}

function sizeOf(headers: MessageHeaders): number {
  let size = 0
  for (const [name, value] of Object.entries(headers))
    for (const one of [value ?? null].flat())
      size += 10 + Buffer.byteLength(name) + (one === null ? 0 : Buffer.byteLength(one))
  return size
}
