/** The rows of the access log as whoever may change tables reads and writes them. */
import type pg from 'pg'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { readEntries } from '../../services/exchange/log/tree/entry-store.ts'
import { cutHashes } from '../../services/exchange/log/tree/merkle.ts'
import { packRow, unpackEntries } from '../../services/exchange/log/tree/packed-entries.ts'

export type StoredEntry = { index: number; at: Date; entry: string; leaf: Buffer }

/** Every entry's text, in order. */
export async function entriesOf(pool: pg.Pool): Promise<string[]> {
  return (await readEntries(pool, 0, Number.MAX_SAFE_INTEGER)).map(({ entry }) => entry)
}

type ParsedEntry = {
  index: number
  at: string
  kind: string
  caller: string
  decision: string
  code?: string
  content: JsonObject
}

/** Every entry, parsed, in order; of one kind where it is named. */
export async function parsedEntries<Entry = ParsedEntry>(pool: pg.Pool, kind?: string): Promise<Entry[]> {
  const entries = (await entriesOf(pool)).map(entry => JSON.parse(entry) as { kind: string })
  return entries.filter(entry => !kind || entry.kind === kind) as Entry[]
}

type Run = (sql: string, values?: unknown[]) => Promise<pg.QueryResult>

/** Every entry with its hash and its row's time, in order. */
export async function storedEntries(run: Run): Promise<StoredEntry[]> {
  const { rows } = await run('select first::int, size, at, entries, leaves from access_log_batch order by first')
  return rows.flatMap(({ first, size, at, entries: stored, leaves }) => {
    const hashes = cutHashes(leaves)
    return unpackEntries(stored, size).map((entry, i) => ({ index: first + i, at, entry, leaf: hashes[i]! }))
  })
}

/** Puts other entries in the place of all: `change` says which. Each run without a gap is one row, as the hub would pack it. */
export async function forgeEntries(run: Run, change: (entries: StoredEntry[]) => StoredEntry[]): Promise<void> {
  const entries = await storedEntries(run)
  await run('delete from access_log_batch')
  for (const forged of runsOf(change(entries))) {
    const leaves = Buffer.concat(forged.map(({ leaf }) => leaf))
    const row = packRow(
      forged[0]!.index,
      forged.map(({ entry }) => entry),
      leaves,
    )
    const at = new Date(Math.max(...forged.map(one => one.at.getTime())))
    const values = [row.first, row.size, at, row.entries, row.leaves]
    await run('insert into access_log_batch (first, size, at, entries, leaves) values ($1, $2, $3, $4, $5)', values)
  }
}

/** Entries whose text `change` makes another; their hashes stay. */
export const forgeTexts = (run: Run, change: (entry: string, index: number) => string): Promise<void> =>
  forgeEntries(run, entries => entries.map(one => ({ ...one, entry: change(one.entry, one.index) })))

function runsOf(entries: readonly StoredEntry[]): StoredEntry[][] {
  const runs: StoredEntry[][] = []
  for (const one of entries) {
    const goesOn = runs.at(-1)?.at(-1)?.index === one.index - 1 && one.index % 256 > 0
    if (goesOn) runs.at(-1)!.push(one)
    else runs.push([one])
  }
  return runs
}

/** Other times, each row's the newest of its entries, where their order is that of the indexes from 0 on. */
export const forgeTimes = (run: Run, times: readonly Date[]): Promise<void> =>
  forgeEntries(run, entries => entries.map(one => ({ ...one, at: times[one.index] ?? one.at })))
