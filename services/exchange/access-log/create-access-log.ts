/**
 * Appends to the access log inside the transaction that the entries are about. The order is what keeps the promises:
 * work → take the head → hash, extend the edge, sign → insert → commit → publish the checkpoint → answer. A checkpoint
 * leaves this process only after its transaction has committed, so nothing that was rolled back is ever signed for others.
 */
import type pg from 'pg'
import { isFailure } from '../../contract/failure.ts'
import { inTransaction } from '../database/transaction.ts'
import type { AccessLog, Appended, Draft } from './access-log.ts'
import { checkpointText, proofWriter } from './checkpoint.ts'
import { type PreparedEntry, prepareEntry, saltBytes, sealEntry } from './entry.ts'
import { createHeadCheck, keysOf } from './head-check.ts'
import { appendStatement, type Batch, type Head, lockHead, lockStatement, readHead } from './log-store.ts'
import { LogUnavailable } from './log-unavailable.ts'
import { emptyRoot, grow, leafHash, rootOf } from './merkle.ts'
import { type NoteSigner, signNote } from './note.ts'
import { createHeadReader, createOwnHead } from './own-head.ts'
import { readPublished } from './published-store.ts'
import { createTurns, type Turn } from './turns.ts'

/** Keeps a checkpoint outside the database; throws where it cannot. */
export type CheckpointSink = (checkpoint: string) => void | Promise<void>

export type AccessLogOptions = {
  pool: pg.Pool
  signer: NoteSigner
  /** Signs along while a key is being replaced: who knows either key can verify. */
  nextSigner?: NoteSigner
  /** Verifier keys of earlier signers, whose checkpoints this log may still have to extend. */
  formerKeys?: readonly string[]
  origin: string
  now: () => Date
  random: (bytes: number) => Buffer
  sinks: readonly CheckpointSink[]
  /** Whether a checkpoint is published only once witnesses have cosigned it; see witnessing.ts. */
  witnessed?: boolean
}

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const { pool, sinks } = options
  const trusted = createHeadCheck(options)
  const own = createOwnHead()
  const turns = createTurns()
  const seal = (head: Head, prepared: readonly PreparedEntry[], isGuess = false): Sealed => {
    const batch = sealBatch(options, head, prepared)
    trusted.sealed(batch)
    own.sealed(batch)
    return { batch, isGuess, turn: turns.turn() }
  }
  /** For a refusal: its effects are rolled back by now, its entries go in nevertheless. */
  const appendAlone = (drafts: readonly Draft[]): Promise<Sealed> =>
    inTransaction(pool, async tx => seal(trusted.check(await lockHead(tx)), drafts.map(prepareEntry)), {
      last: ({ batch }) => [appendStatement(batch)],
    })

  return {
    origin: options.origin,
    keys: keysOf(options),
    checkpoint: () => newestPublished(options),
    isShared: own.isShared,
    verifyHead: () => trusted.verify(() => readHead(pool)),
    async commitWith(work, { first, follows = false } = {}) {
      const drafts: Draft[] = []
      let sealed: Sealed | undefined
      try {
        const outcome = await inTransaction(
          pool,
          async (tx, read) => {
            const head = createHeadReader(tx, () => (follows ? own.guess() : undefined))
            const outcome = await work(tx, draft => drafts.push(draft), { read, lockLog: head.lock })
            if (isFailure(outcome) || drafts.length === 0) return outcome
            const prepared = drafts.map(prepareEntry)
            const guess = head.guess()
            sealed = guess ? seal(guess, prepared, true) : seal(trusted.check(await head.locked()), prepared)
            return outcome
          },
          { ...(first && { first }), last: () => (sealed ? appendStatements(sealed) : []) },
        )
        if (isFailure(outcome) && drafts.length > 0) sealed = await appendAlone(drafts)
        if (!sealed) return { outcome, appended: [] }
        trusted.committed(sealed.batch)
        await sealed.turn.comes
        await publish(sinks, sealed.batch.checkpoint)
        return { outcome, appended: receiptsOf(sealed.batch) }
      } catch (error) {
        if (sealed) own.failed()
        throw sealed?.isGuess ? own.refused(error) : error
      } finally {
        sealed?.turn.end()
      }
    },
  }
}

/** A batch that is made, and its turn to have its checkpoint published. */
type Sealed = { batch: Batch; isGuess: boolean; turn: Turn }

/** A guess is held against the head as it is once it is locked, which takes a statement of its own to be seen. */
const appendStatements = ({ batch, isGuess }: Sealed) => [...(isGuess ? [lockStatement] : []), appendStatement(batch)]

/** Everything between the head and the insert: no waiting, one hash an entry, one signature. */
function sealBatch(options: AccessLogOptions, before: Head, prepared: readonly PreparedEntry[]): Batch {
  const { now, random } = options
  const { edge: head } = before
  const at = now()
  const salts = random(saltBytes * prepared.length)
  const entries = prepared.map((entry, i) =>
    sealEntry(entry, head.size + i, at, salts.subarray(i * saltBytes, (i + 1) * saltBytes)),
  )
  const leaves = entries.map(leafHash)
  const growth = grow(head, leaves)
  return {
    before,
    growth,
    at,
    prepared,
    entries,
    leaves,
    checkpoint: signHead(options, growth.edge.size, rootOf(growth.edge)),
  }
}

async function newestPublished(options: AccessLogOptions): Promise<string> {
  if (!options.witnessed) return (await readHead(options.pool)).checkpoint || signHead(options, 0, emptyRoot)
  const published = await readPublished(options.pool)
  if (!published) throw new LogUnavailable('no checkpoint has been cosigned by enough witnesses yet')
  return published.checkpoint
}

function signHead({ origin, signer, nextSigner }: AccessLogOptions, size: number, root: Buffer): string {
  const text = checkpointText({ origin, size, root })
  try {
    return signNote(text, nextSigner ? [signer, nextSigner] : [signer])
  } catch (cause) {
    throw new LogUnavailable('the checkpoint could not be signed', { cause })
  }
}

async function publish(sinks: readonly CheckpointSink[], checkpoint: string): Promise<void> {
  try {
    for (const sink of sinks) await sink(checkpoint)
  } catch (cause) {
    throw new LogUnavailable('the checkpoint could not be kept outside the database', { cause })
  }
}

function receiptsOf({ growth, leaves, checkpoint }: Batch): Appended[] {
  const write = proofWriter(growth.edge.size, growth.node, checkpoint)
  return leaves.map((leaf, i) => {
    const index = growth.from + i
    return { index, receipt: () => write(index, leaf) }
  })
}
