/** A log of several steps of the indexer, of words that meet often enough for any combination to find something. */
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import type { Subject } from '../../services/contract/subject.ts'
import type { Draft } from '../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../services/exchange/log/append/create-access-log.ts'
import { stepSize } from '../../services/exchange/log/index/step.ts'
import { readEntries } from '../../services/exchange/log/tree/entry-store.ts'
import { type AuditedLog, openAuditedLog } from './audited-log.ts'
import { li, pullDraft, zhang } from './log-drafts.ts'

export const subjects: readonly Subject[] = [zhang, li, { type: 'organisation', id: '91310000607363398X' }]
const datasets = ['taxation.tax-clearance', 'civil-affairs.marriage-certificate', 'natural-resources.title']
const callers = ['taxation/desk', 'civil-affairs/desk', 'natural-resources/title-office', 'health/"quoted" \\ desk']

/** Entry `number` of the log; the same number is always the same entry. */
function mixedDraft(number: number): Draft {
  const pick = <T>(of: readonly T[], prime: number): T => of[(number * prime) % of.length]!
  const subject = pick(subjects, 7)
  const caller = pick(callers, 5)
  const draft = pullDraft(number, { caller, department: caller.split('/')[0]!, about: [subject] })
  if (number % 97 === 13)
    return { kind: 'key', caller: 'hub', decision: 'permit', reference: `key-${number}`, content: keyStep }
  const asked = number % 3 === 0 ? [pick(datasets, 11)] : [pick(datasets, 11), pick(datasets, 13)]
  const isRefused = number % 10 === 4
  const results = asked.map(
    (dataset, place): JsonObject =>
      isRefused || (place === 1 && number % 7 === 0)
        ? { dataset, decision: 'refuse', code: 'CONSENT_MISSING' }
        : { ...given, dataset, records: [{ key: `K-${number % 500}`, version: 1 }] },
  )
  return {
    ...draft,
    case: `2026-沪-${number % 40}`,
    matter: number % 4 === 0 ? 'school-enrolment' : 'real-estate-transfer',
    official: `u-${number % 23}`,
    datasets: [...new Set(asked)],
    about: number % 11 === 0 ? [subject, pick(subjects, 3)] : [subject],
    decision: isRefused ? 'refuse' : 'permit',
    ...(isRefused && { code: 'CONSENT_MISSING' }),
    ...(number % 17 === 0 && { confidentialUntil: number % 2 === 0 ? '2020-01-01' : '2999-01-01' }),
    content: { ...draft.content, subject, results },
  }
}

const keyStep = { step: 'signs', verifierKey: 'hub.test/access-log+00000000+AAAA' }
const given = {
  decision: 'permit',
  basis: { type: 'statutory-duty', agreement: 'agreement-1', provision: '《契税法》第十一条' },
  fields: ['/taxpayer'],
}

export type IndexedLog = AuditedLog & {
  /** Appends mixed entries up to this size of the log. */
  grow: (size: number) => Promise<void>
  /** Every entry that is kept, oldest first. */
  entries: () => Promise<Record<string, unknown>[]>
}

export async function openIndexedLog(size = 3 * stepSize + 300): Promise<IndexedLog> {
  const audited = await openAuditedLog()
  // Not held against the schemas: each draft would cost a millisecond.
  const writer = createAccessLog(audited.log.options)
  let appended = 0
  const grow = async (to: number) => {
    while (appended < to) {
      await writer.commitWith(async (_, record) => {
        for (const end = Math.min(to, appended + 256); appended < end; appended += 1) record(mixedDraft(appended))
      })
    }
  }
  await grow(size)
  const entries = async () =>
    (await readEntries(audited.database.pool, 0, Number.MAX_SAFE_INTEGER)).map(({ entry }) => JSON.parse(entry))
  return { ...audited, grow, entries }
}
