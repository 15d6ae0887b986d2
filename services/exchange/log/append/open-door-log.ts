/**
 * Writes refusals at the door into the access log, a second behind and many in one transaction: they must cost neither whoever
 * is refused nor anybody else a wait. Where the log cannot be written they are kept for the next time, up to a bound.
 */

import type { Refusal } from '../../platform/http/access.ts'
import type { Draft } from './access-log.ts'
import type { LogNeeds } from './needs.ts'
import { createRefusals } from './refusals.ts'

const writeEvery = 1_000
const mostKept = 2_000
const atOnce = 200

export type DoorLog = { refused(refusal: Refusal): void; close(): Promise<void> }

export function openDoorLog(needs: Pick<LogNeeds, 'accessLog' | 'log' | 'now'>): DoorLog {
  const refusals = createRefusals()
  let waiting: Draft[] = []
  let writing: Promise<void> | undefined

  const write = async (all = false) => {
    waiting.push(...refusals.take(needs.now(), all))
    try {
      while (waiting.length > 0) {
        const drafts = waiting.slice(0, atOnce)
        await needs.accessLog.commitWith(async (_, record) => drafts.forEach(record))
        waiting = waiting.slice(drafts.length)
      }
    } catch (error) {
      const lost = Math.max(0, waiting.length - mostKept)
      waiting = waiting.slice(lost)
      needs.log.warn(
        { err: error, waiting: waiting.length, lost },
        'refusals at the door could not be logged; retrying',
      )
    }
  }
  /** A log that hangs is waited for: another attempt behind this one would only make the end of the process wait for both. */
  const timer = setInterval(() => {
    writing ??= write().finally(() => {
      writing = undefined
    })
  }, writeEvery)
  timer.unref()
  return {
    refused: refusal => refusals.note(refusal, needs.now()),
    close: async () => {
      clearInterval(timer)
      await writing
      await write(true)
    },
  }
}
