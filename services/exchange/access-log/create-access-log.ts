/**
 * Appends to the access log inside the transaction that the entries are about. The order is what keeps the promises:
 * work → lock the head → hash, extend the edge, sign → insert → commit → publish the checkpoint → answer. A checkpoint
 * leaves this process only after its transaction has committed, so nothing that was rolled back is ever signed for others.
 */
import type pg from 'pg'
import { isFailure } from '../../contract/failure.ts'
import { inTransaction } from '../database/transaction.ts'
import type { AccessLog, Appended, Draft } from './access-log.ts'
import { checkpointText, proofWriter } from './checkpoint.ts'
import { type PreparedEntry, prepareEntry, saltBytes, sealEntry } from './entry.ts'
import { createHeadCheck, keysOf } from './head-check.ts'
import { appendStatement, type Batch, type Head, lockHead, readHead } from './log-store.ts'
import { LogUnavailable } from './log-unavailable.ts'
import { type Edge, emptyRoot, grow, leafHash, rootOf } from './merkle.ts'
import { type NoteSigner, signNote } from './note.ts'
import { readPublished } from './published-store.ts'

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
  const seal = async (head: Promise<Head>, drafts: readonly Draft[]): Promise<Batch> => {
    const prepared = drafts.map(prepareEntry)
    const batch = sealBatch(options, trusted.check(await head), prepared)
    trusted.sealed(batch)
    return batch
  }
  /** For a refusal: its effects are rolled back by now, its entries go in nevertheless. */
  const appendAlone = async (drafts: readonly Draft[]): Promise<Batch | undefined> =>
    drafts.length === 0
      ? undefined
      : inTransaction(pool, tx => seal(lockHead(tx), drafts), { last: batch => appendStatement(batch) })

  return {
    origin: options.origin,
    keys: keysOf(options),
    checkpoint: () => newestPublished(options),
    verifyHead: () => trusted.verify(() => readHead(pool)),
    async commitWith(work, first) {
      const drafts: Draft[] = []
      const done = await inTransaction(
        pool,
        async (tx, read) => {
          let head: Promise<Head> | undefined
          const lockLog = () => {
            head = lockHead(tx)
            head.catch(() => {}) // heard when it is awaited
          }
          const outcome = await work(tx, draft => drafts.push(draft), { read, lockLog })
          if (isFailure(outcome)) return outcome
          return { outcome, batch: drafts.length > 0 ? await seal(head ?? lockHead(tx), drafts) : undefined }
        },
        {
          ...(first && { first }),
          last: sealed => (isFailure(sealed) || !sealed.batch ? undefined : appendStatement(sealed.batch)),
        },
      )
      const { outcome, batch } = isFailure(done) ? { outcome: done, batch: await appendAlone(drafts) } : done
      if (!batch) return { outcome, appended: [] }
      trusted.committed(batch)
      await publish(sinks, batch.checkpoint)
      return { outcome, appended: receiptsOf(batch) }
    },
  }
}

/** Everything between the head's lock and the insert: no waiting, one hash an entry, one signature. */
function sealBatch(options: AccessLogOptions, head: Edge, prepared: readonly PreparedEntry[]): Batch {
  const { now, random } = options
  const at = now()
  const salts = random(saltBytes * prepared.length)
  const entries = prepared.map((entry, i) =>
    sealEntry(entry, head.size + i, at, salts.subarray(i * saltBytes, (i + 1) * saltBytes)),
  )
  const leaves = entries.map(leafHash)
  const growth = grow(head, leaves)
  return { growth, at, prepared, entries, leaves, checkpoint: signHead(options, growth.edge.size, rootOf(growth.edge)) }
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
