/** Changes of the keys that sign the log are entries of the log: each key's step is noted once, by the first hub that takes it. */
import type pg from 'pg'
import type { AccessLog, Draft } from './append/access-log.ts'
import { hasReference } from './reading/find-entries.ts'

const stepOf = { signing: 'signs', next: 'signs-along', former: 'retired' } as const

export async function recordKeys(pool: pg.Pool, accessLog: AccessLog): Promise<void> {
  for (const key of accessLog.keys) {
    const draft = draftOf(key)
    if (await hasReference(pool, 'key', draft.reference)) continue
    await accessLog.commitWith(async (tx, record) => {
      // Hubs that start together: whoever comes second finds it noted, or notes it twice, which says nothing wrong.
      if (!(await hasReference(tx, 'key', draft.reference))) record(draft)
    })
  }
}

const draftOf = ({ verifierKey, state }: AccessLog['keys'][number]) =>
  ({
    kind: 'key',
    caller: 'hub',
    reference: `${stepOf[state]} ${verifierKey}`,
    content: { step: stepOf[state], verifierKey },
    decision: 'permit',
  }) satisfies Draft
