/**
 * Appends to the access log inside the transaction that the entries are about. The order is what keeps the promises:
 * work → lock the head → hash, extend the edge, sign → insert → commit → publish the checkpoint → answer. A checkpoint
 * leaves this process only after its transaction has committed, so nothing that was rolled back is ever signed for others.
 */
import type pg from 'pg'
import { isFailure } from '../../contract/failure.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { AccessLog, Appended, Draft } from './access-log.ts'
import { checkpointText, inclusionHashes, readCheckpointText, writeProof } from './checkpoint.ts'
import { type PreparedEntry, prepareEntry, saltBytes, sealEntry } from './entry.ts'
import { appendStatement, type Batch, type Head, lockHead, readHead } from './log-store.ts'
import { LogUnavailable } from './log-unavailable.ts'
import { type Edge, emptyRoot, grow, leafHash, rootOf } from './merkle.ts'
import { createVerifier, type NoteSigner, openNote, signNote, textOf } from './note.ts'
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
  const seal = async (tx: Transaction, drafts: readonly Draft[]): Promise<Batch | undefined> => {
    if (drafts.length === 0) return undefined
    const prepared = drafts.map(prepareEntry)
    const batch = sealBatch(options, trusted.check(await lockHead(tx)), prepared)
    trusted.sealed(batch)
    return batch
  }
  return {
    origin: options.origin,
    keys: keysOf(options),
    checkpoint: () => newestPublished(options),
    verifyHead: async () => void trusted.check(await readHead(pool)),
    async commitWith(work) {
      const drafts: Draft[] = []
      const done = await inTransaction(
        pool,
        async tx => {
          const outcome = await work(tx, draft => drafts.push(draft))
          return isFailure(outcome) ? outcome : { outcome, batch: await seal(tx, drafts) }
        },
        sealed => (isFailure(sealed) || !sealed.batch ? undefined : appendStatement(sealed.batch)),
      )
      // A refusal's effects are rolled back by now; its entries go in alone.
      const append = (sealed: Batch | undefined) => sealed && appendStatement(sealed)
      const { outcome, batch } = isFailure(done)
        ? { outcome: done, batch: await inTransaction(pool, tx => seal(tx, drafts), append) }
        : done
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

/**
 * The hub extends no head that it did not sign: whoever rewrites the tables cannot make it sign their tree as if it were
 * its own. Nor a head older than one it has committed: that would be a fork.
 */
function createHeadCheck(options: AccessLogOptions) {
  const { origin } = options
  const verifiers = keysOf(options).map(({ verifierKey }) => createVerifier(verifierKey))
  let committedSize = 0
  // The checkpoint made last in this process need not be verified again: nearly always it is the head's.
  let own = ''
  const isSigned = ({ edge, checkpoint }: Head) => {
    if (edge.size === 0 && checkpoint === '') return true
    const text = checkpoint === own ? textOf(checkpoint) : openNote(checkpoint, verifiers)
    const stated = text && readCheckpointText(text)
    return stated && stated.origin === origin && stated.size === edge.size && stated.root.equals(rootOf(edge))
  }
  return {
    check(head: Head): Edge {
      const { size } = head.edge
      if (!isSigned(head)) throw new LogUnavailable(`the head at size ${size} is not one this hub signed`)
      if (size < committedSize) throw new LogUnavailable(`the log went back from size ${committedSize} to ${size}`)
      return head.edge
    },
    sealed({ checkpoint }: Batch) {
      own = checkpoint
    },
    committed({ growth }: Batch) {
      committedSize = Math.max(committedSize, growth.edge.size)
    },
  }
}

function keysOf({ signer, nextSigner, formerKeys = [] }: AccessLogOptions): AccessLog['keys'] {
  const next = nextSigner ? [{ verifierKey: nextSigner.verifierKey, state: 'next' as const }] : []
  const former = formerKeys.map(verifierKey => ({ verifierKey, state: 'former' as const }))
  return [{ verifierKey: signer.verifierKey, state: 'signing' }, ...next, ...former]
}

function receiptsOf({ growth, leaves, checkpoint }: Batch): Appended[] {
  return leaves.map((leaf, i) => {
    const index = growth.from + i
    return {
      index,
      receipt: () => writeProof(index, leaf, inclusionHashes(index, growth.edge.size, growth.node), checkpoint),
    }
  })
}
