/** What a superuser can do at best to make a changed access log look whole again. */
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { type Edge, emptyEdge, grow, leafHash, rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { signNote } from '../../services/exchange/log/tree/note.ts'
import type { AuditedLog } from './audited-log.ts'

/** Without the signing key: every hash in the database made anew from the entries as they are now, the old signature kept. */
export async function recomputedTree({ asSuperuser }: AuditedLog): Promise<Edge> {
  const { rows } = await asSuperuser('select entry from access_log_entry order by index')
  const leaves = rows.map(row => leafHash(row.entry))
  const { edge, nodesAt } = grow(emptyEdge, leaves)
  for (const [index, leaf] of leaves.entries()) {
    await asSuperuser('update access_log_entry set leaf_hash = $2 where index = $1', [index, leaf])
  }
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
