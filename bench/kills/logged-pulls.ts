import { unpackEntries } from '../../services/exchange/log/tree/packed-entries.ts'
import type { Queryable } from '../../services/postgres/pool.ts'

/** Rows at once. */
const atOnce = 500

type Row = { first: string; size: number; entries: Buffer }

/** The id of every pull that the log holds, in its order. */
export async function loggedPulls(database: Queryable): Promise<string[]> {
  const pulls: string[] = []
  const text = 'select first, size, entries from access_log_batch where first > $1 order by first limit $2'
  for (let after = '-1'; ; ) {
    const { rows } = await database.query<Row>(text, [after, atOnce])
    for (const entry of rows.flatMap(({ entries, size }) => unpackEntries(entries, size))) {
      const { kind, reference } = JSON.parse(entry) as { kind: string; reference: string }
      if (kind === 'pull') pulls.push(reference)
    }
    if (rows.length < atOnce) return pulls
    after = rows.at(-1)!.first
  }
}
