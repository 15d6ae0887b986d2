/** The log entry of a correction, which its subject sees. */
import type { Failure } from '../../../contract/failure.ts'
import type { Subject } from '../../../contract/subject.ts'
import type { Draft } from '../../log/append/access-log.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'

type Step = {
  step: 'ask' | 'answer' | 'list'
  correction?: string
  dataset?: string
  /** Of the record, with the version contested and the one that mends it. Never what stands in them. */
  key?: string
  version?: number
  mendedBy?: number
  state?: string
  found?: number
}

export function draftOf(caller: Caller, content: Step, about: readonly Subject[], failed?: Failure): Draft {
  return draftBy(caller, failed, {
    kind: 'correction',
    about,
    ...(content.dataset && { datasets: [content.dataset] }),
    content,
  })
}
