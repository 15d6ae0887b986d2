import type { MessageHeaders } from '../../../contract/envelope.ts'
import type { Violation } from '../../../contract/failure.ts'

/** A rejected message as it came, and why it was rejected. */
export type StoredMessage = {
  id: number
  dataset: string
  topic: string
  partition: number
  offset: number
  code: string
  pointer: string | null
  detail: string | null
  violations: Violation[] | null
  key: Buffer | null
  headers: MessageHeaders
  timestamp: number
  value: Buffer | null
}
