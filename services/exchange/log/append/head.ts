/** The end of the log, and a batch that goes on from it. */

import type { Edge, Growth } from '../tree/merkle.ts'
import type { PackedRow } from '../tree/packed-entries.ts'

/**
 * The head row: where the tree ends, the checkpoint last signed over it ('' while the log is empty), and the newest entry's time.
 * `clock` is PostgreSQL's at the reading; a head that was not read has none.
 */
export type Head = { edge: Edge; checkpoint: string; at?: Date | undefined; clock?: Date }

export type Batch = {
  /** The head it follows on: checked by the statement that appends it. */
  before: Head
  growth: Growth
  at: Date
  /** At least one; none crosses the end of a bundle. */
  rows: readonly PackedRow[]
  leaves: readonly Buffer[]
  checkpoint: string
}

/** The head as a batch leaves it. */
export const headOf = ({ growth, checkpoint, at }: Batch): Head => ({ edge: growth.edge, checkpoint, at })
