/** The access log as the other rooms see it. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { Subject } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { KeptHead } from './continuation-store.ts'

/** The closed list of what is logged; each has its JSON Schema under schemas/access-log/. */
export const entryKinds = [
  'pull',
  'consent',
  'agreement',
  'catalogue',
  'schema',
  'matter',
  'key',
  'log-search',
  'citizen-view',
  'correction',
  'retention',
  'watch-list',
  'continuation',
  'refusal',
] as const
type EntryKind = (typeof entryKinds)[number]

/**
 * A room's draft of an entry. `content` is the kind's own part (what its schema says); `about` is everyone the entry concerns: who
 * sees it in `/v1/me/accesses`, and by whom auditors find it; the rest is what auditors search by.
 */
export type Draft = {
  kind: EntryKind
  /** `department/system`, a person's id at the issuer, or `hub`. */
  caller: string
  department?: string
  content: JsonObject
  /** Id of the thing the entry is about (a pull, a consent, an agreement), by which a room finds its entries again. */
  reference?: string
  about?: readonly Subject[]
  official?: string
  case?: string
  matter?: string
  datasets?: readonly string[]
  /** `permit` where anything was given or done, else `refuse` with the code, or `fail`. */
  decision: 'permit' | 'refuse' | 'fail'
  code?: string
  /** `YYYY-MM-DD`: until that day the entry is hidden from those it is about. Auditors see it always. */
  confidentialUntil?: string
}

/** `receipt` is a complete c2sp.org/tlog-proof@v1 for the entry, made lazily. */
export type Appended = { index: number; receipt: () => string }

/** `read` is what `first` has read. */
export type Work<T, R> = (tx: Transaction, record: (draft: Draft) => void, read: R) => Promise<T>

export type CommitOptions<R> = {
  /** Reads along with the transaction's begin. */
  first?: (tx: Transaction) => Promise<R>
  /**
   * `first` and `work` have no effect but on the transaction, so they may run again. Then it runs in the lane, where transactions
   * follow one another on one connection; the log goes on from where this process left it, and runs all again, with the head
   * locked and read first, where another has appended since.
   */
  repeatable?: boolean
  /** In the lane: called once the next transaction may be asked for. Asked for in that call, it leaves in one write with this one's end. */
  leaving?: () => void
  /**
   * An operator's act, and its own entry: this entry's time may be earlier than the newest one's (`clock`), or it is appended though
   * the database does not hold what was kept (`restore`). See continuation.ts.
   */
  anewFrom?: 'clock' | 'restore'
}

export type AccessLog = {
  /**
   * One transaction from the first read to the log entry: runs `work`, appends what it recorded as the last thing before
   * the commit, and publishes the checkpoint after it. A Failure returned by `work` undoes its effects but its recorded
   * entries are still appended. Throws (and commits nothing) where the log cannot be written. `record` throws EntryTooLarge,
   * so that a batch knows which of its members asks for too much.
   */
  commitWith<T, R = undefined>(
    work: Work<T, R>,
    options?: CommitOptions<R>,
  ): Promise<{ outcome: T; appended: Appended[] }>
  /** The log's name: first line of every checkpoint, and name of the key that signs it. */
  origin: string
  /** Keys that verify checkpoints. `next` signs along during an overlap; `former` signed earlier ones. */
  keys: readonly { verifierKey: string; state: 'signing' | 'next' | 'former' }[]
  /** The newest checkpoint that is published: at least as many entries as anyone was answered about. */
  checkpoint: () => Promise<string>
  /** Rejects where the head of the log is not one that this hub signed: then nothing can be appended, nor answered. */
  verifyHead: () => Promise<void>
  /** The checkpoint kept outside the database that the database does not hold; nothing is appended while there is one. */
  lost: (database: Queryable) => Promise<KeptHead | undefined>
  /** Rejects where this process's clock allows no entry: too far ahead of PostgreSQL's, or behind the newest entry. */
  verifyClock: () => Promise<void>
}
