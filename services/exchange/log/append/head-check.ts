import { readCheckpointText } from '../tree/checkpoint.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'
import { rootOf } from '../tree/merkle.ts'
import { createVerifier, type NoteSigner, openNote, textOf } from '../tree/note.ts'
import type { AccessLog } from './access-log.ts'
import type { Batch, Head } from './head.ts'

type KeyOptions = { signer: NoteSigner; nextSigner?: NoteSigner; formerKeys?: readonly string[] }

/**
 * The hub extends no head that it did not sign: whoever rewrites the tables cannot make it sign their tree as if it were
 * its own. Nor a head older than one it has committed: that would be a fork.
 */
export function createHeadCheck(options: KeyOptions & { origin: string }) {
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
  const check = (head: Head, atLeast = committedSize): Head => {
    const { size } = head.edge
    if (!isSigned(head)) throw new LogUnavailable(`the head at size ${size} is not one this hub signed`)
    if (size < atLeast) throw new LogUnavailable(`the log went back from size ${atLeast} to ${size}`)
    return head
  }
  return {
    /** For a head that is locked: it may be gone on from. */
    check: (head: Head): Head => check(head),
    /** Without the lock a batch may be committed while the head is read. */
    async verify(read: () => Promise<Head>): Promise<void> {
      const atLeast = committedSize
      check(await read(), atLeast)
    },
    sealed({ checkpoint }: Batch) {
      own = checkpoint
    },
    committed({ growth }: Batch) {
      committedSize = Math.max(committedSize, growth.edge.size)
    },
  }
}

export function keysOf({ signer, nextSigner, formerKeys = [] }: KeyOptions): AccessLog['keys'] {
  const next = nextSigner ? [{ verifierKey: nextSigner.verifierKey, state: 'next' as const }] : []
  const former = formerKeys.map(verifierKey => ({ verifierKey, state: 'former' as const }))
  return [{ verifierKey: signer.verifierKey, state: 'signing' }, ...next, ...former]
}
