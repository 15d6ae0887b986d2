/**
 * Whether the database still holds the log that was signed: started on an older backup, a hub would sign a second history. What
 * was kept outside the database is compared at the start, and nothing is appended until it fits or an operator gives it up.
 */
import { inWords } from '../../../contract/failure.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import { readCheckpointText } from '../tree/checkpoint.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'
import { type NoteVerifier, openNote } from '../tree/note.ts'
import { rootAt } from '../tree/prove-entries.ts'
import { type KeptHead, readGivenUp } from './continuation-store.ts'
import { readHead } from './log-store.ts'

/** The heads of kept notes that one of the log's keys signed, in their order; other notes are nobody's proof. */
export const headsOf = (notes: readonly string[], origin: string, verifiers: readonly NoteVerifier[]): KeptHead[] =>
  notes.flatMap(note => {
    const head = readCheckpointText(openNote(note, verifiers) ?? '')
    return head?.origin === origin ? [{ size: head.size, root: head.root.toString('base64') }] : []
  })

/** The largest kept head that the database does not hold; those up to the last that was given up count no more. */
export async function lostHead(database: Queryable, kept: readonly KeptHead[]): Promise<KeptHead | undefined> {
  const givenUp = await readGivenUp(database)
  const isGivenUp = (head: KeptHead) => givenUp.some(({ size, root }) => size === head.size && root === head.root)
  const counting = kept.slice(kept.findLastIndex(isGivenUp) + 1)
  const largest = counting.reduce<KeptHead | undefined>(
    (best, head) => (best && best.size >= head.size ? best : head),
    undefined,
  )
  if (!largest || largest.size === 0) return undefined
  const { edge } = await readHead(database)
  const isHeld = largest.size <= edge.size && (await rootAt(database, largest.size)).toString('base64') === largest.root
  return isHeld ? undefined : largest
}

export const lostLog = (lost: KeptHead) =>
  new LogUnavailable(
    `the database does not hold the log of size ${lost.size} that was signed: an older backup? See docs/operators.md, Restore`,
    {
      words: inWords(
        'The database does not hold the log that was signed before, as after a restore: the operator must run `datarun log accept-restore`.',
        '数据库中的日志与此前签署的不一致（可能由旧备份恢复）：须由运维人员执行 datarun log accept-restore。',
      ),
    },
  )
