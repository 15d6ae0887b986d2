/** A superuser's best attempts to make a changed access log look whole again. */
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { type Edge, emptyEdge, grow, leafHash, rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { signNote } from '../../services/exchange/log/tree/note.ts'
import type { AuditedLog } from './audited-log.ts'
import { forgeEntries } from './packed-log.ts'

/** Without the signing key: every hash in the database made anew from the entries as they are now, the old signature kept. */
export async function recomputedTree({ asSuperuser }: AuditedLog): Promise<Edge> {
  const leaves: Buffer[] = []
  await forgeEntries(asSuperuser, entries =>
    entries.map(one => {
      const leaf = leafHash(Buffer.from(`\0${one.entry}`))
      leaves.push(leaf)
      return { ...one, leaf }
    }),
  )
  const { edge, nodesAt } = grow(emptyEdge, leaves)
  for (const [index, hash] of nodesAt(8).entries()) {
    await asSuperuser('update access_log_node set hash = $2 where level = 1 and index = $1', [index, hash])
  }
  await asSuperuser('update access_log_head set size = $1, edge = $2', [edge.size, Buffer.concat(edge.hashes)])
  return edge
}

/** With the stolen key: a checkpoint of the forged tree, signed as the hub signs. */
export async function signedAnew({ asSuperuser, log }: AuditedLog, edge: Edge): Promise<void> {
  const text = checkpointText({ origin: log.accessLog.origin, size: edge.size, root: rootOf(edge) })
  await asSuperuser('update access_log_head set checkpoint = $1', [signNote(text, [log.options.signer])])
}
