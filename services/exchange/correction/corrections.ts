/** Asking for a correction, answering it, reading them: each is an entry of the log that the subject sees. */
import { type Failure, failure, inWords } from '../../contract/failure.ts'
import { distinctSubjects, type Subject } from '../../contract/subject.ts'
import type { Draft } from '../access-log/access-log.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { readHeldVersions } from '../registry/held-version-store.ts'
import { type Correction, type CorrectionBody, type CorrectionReply, checkCorrection } from './correction.ts'
import {
  closeCorrection,
  countOpen,
  insertCorrection,
  listOfDataset,
  listOfSubject,
  lockCorrection,
} from './correction-store.ts'
import { checkNaming, judgeMending, refusalOf } from './mending.ts'

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

function draftOf(caller: Caller, content: Step, about: readonly Subject[], failed?: Failure): Draft {
  return {
    kind: 'correction',
    caller: caller.id,
    ...(caller.department && { department: caller.department }),
    about,
    ...(content.dataset && { datasets: [content.dataset] }),
    content,
    decision: failed ? 'refuse' : 'permit',
    ...(failed && { code: failed.failure }),
  }
}

/** More than anyone has certificates. */
const mostOpen = 50

export async function askCorrection(
  hub: Hub,
  caller: Caller,
  subject: Subject,
  body: CorrectionBody,
): Promise<Correction | Failure> {
  const unfit = checkCorrection(body, subject, hub.catalogue.dataset(body.dataset))
  if (unfit) return unfit
  const { dataset, key, version } = body
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const tooMany = (await countOpen(tx, subject)) >= mostOpen
    const failed = tooMany
      ? failure('TOO_MANY_REQUESTS', inWords('Wait for the answers first.', '请先等待已提交事项的答复。'))
      : undefined
    const id = hub.newId()
    const step: Step = { step: 'ask', dataset, key, version, ...(!failed && { correction: id }) }
    record(draftOf(caller, step, [subject], failed))
    if (failed) return failed
    const asked: Correction = { id, subject, ...body, state: 'open', askedAt: hub.now() }
    await insertCorrection(tx, asked)
    return asked
  })
  return outcome
}

export async function replyToCorrection(
  hub: Hub,
  caller: Caller,
  { dataset, id }: { dataset: string; id: string },
  reply: CorrectionReply,
): Promise<Correction | Failure> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const standing = await lockCorrection(tx, dataset, id)
    if (!standing) return failure('NOT_FOUND')
    const failed = await checkReply(tx, standing, reply)
    const { outcome: state, mendedBy, answer } = reply
    const mended = mendedBy !== undefined && { mendedBy }
    const { key, version, subject } = standing
    const named = key !== undefined && version !== undefined && { key, version }
    const step: Step = { step: 'answer', correction: id, dataset, ...named, ...mended, ...(!failed && { state }) }
    record(draftOf(caller, step, [subject], failed))
    if (failed) return failed
    await closeCorrection(tx, id, { ...reply, by: caller.id, now })
    return { ...standing, ...mended, state, answer, answeredAt: now }
  })
  return outcome
}

/** The versions are compared here: neither the entry nor the answer holds a word of them. */
async function checkReply(
  tx: Transaction,
  { state, dataset, key, version, field = '' }: Correction,
  { outcome, mendedBy }: CorrectionReply,
): Promise<Failure | undefined> {
  if (state !== 'open') return failure('STATE_CONFLICT', inWords('It has been answered.', '已经答复。'))
  const misnamed = checkNaming(outcome, mendedBy, key !== undefined)
  if (misnamed || key === undefined || version === undefined || mendedBy === undefined) return misnamed
  const held = await readHeldVersions(tx, dataset, key, [version, mendedBy])
  return refusalOf(judgeMending({ version, field }, mendedBy, held), { version, field })
}

/** `limit` and one more, if there is one. */
export async function ownCorrections(
  hub: Hub,
  caller: Caller,
  subject: Subject,
  before: string | undefined,
  limit: number,
) {
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const found = await listOfSubject(tx, subject, before, limit + 1)
    record(draftOf(caller, { step: 'list', found: Math.min(found.length, limit) }, [subject]))
    return found
  })
  return outcome
}

export async function correctionsOf(
  hub: Hub,
  caller: Caller,
  dataset: string,
  before: string | undefined,
  limit: number,
) {
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const found = await listOfDataset(tx, dataset, before, limit + 1)
    const shown = found.slice(0, limit)
    record(
      draftOf(
        caller,
        { step: 'list', dataset, found: shown.length },
        distinctSubjects(shown.map(({ subject }) => subject)),
      ),
    )
    return found
  })
  return outcome
}
