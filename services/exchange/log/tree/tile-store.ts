/** Reads the tree: tiles and bundles to serve, and ranges of hashes to prove with. */
import type { Queryable } from '../../../postgres/pool.ts'
import { readEntries } from './entry-store.ts'
import { type Tile, tileWidth } from './tile-path.ts'

/** `count` hashes of subtrees of 256^level entries, from subtree `first` on. Never crosses the edge of a tile. */
export type HashRange = { level: number; first: number; count: number }

/**
 * The hashes of each range, in order. Leaf hashes stand beside the entries, and by and by in tiles of 256. A range is undefined
 * where any of its hashes is missing: someone tampered with the tables.
 */
export async function readHashes(database: Queryable, ranges: readonly HashRange[]): Promise<(Buffer | undefined)[]> {
  if (ranges.length === 0) return []
  const { rows } = await database.query<{ hashes: Buffer | null }>({
    name: 'read-access-log-hashes',
    text: readHashesText,
    values: [ranges.map(at => at.level), ranges.map(at => at.first), ranges.map(at => at.count)],
  })
  return rows.map(({ hashes }, i) => (hashes?.length === ranges[i]!.count * 32 ? hashes : undefined))
}

const readHashesText = `
select case
  when level > 0 then
    (select string_agg(hash, '' order by index) from access_log_node as node
     where node.level = wanted.level and index >= wanted.first and index < wanted.first + count)
  when kept.hashes is not null then
    substring(kept.hashes from ((wanted.first % ${tileWidth}) * 32 + 1)::int for (count * 32)::int)
  else
    -- Rows that leave a gap or overlap give no hashes rather than hashes of other entries.
    (select case when sum(size) = max(batch.first + size) - min(batch.first) then
       substring(string_agg(leaves, '' order by batch.first)
         from ((wanted.first - min(batch.first)) * 32 + 1)::int for (wanted.count * 32)::int) end
     from access_log_batch as batch
     where batch.first > wanted.first - ${tileWidth} and batch.first < wanted.first + wanted.count
       and batch.first + size > wanted.first)
end as hashes
from unnest($1::int[], $2::bigint[], $3::bigint[]) with ordinality as wanted (level, first, count, place)
left join access_log_tile as kept on level = 0 and kept.index = wanted.first / ${tileWidth}
order by place`

export async function readTile(database: Queryable, tile: Tile & { level: number }): Promise<Buffer | undefined> {
  const range = { level: tile.level, first: tile.index * tileWidth, count: tile.width }
  return (await readHashes(database, [range]))[0]
}

/** The entries of a bundle, each with its length in 16 bits before it; undefined where they are past their retention. */
export async function readBundle(database: Queryable, { index, width }: Tile): Promise<Buffer | undefined> {
  const entries = await readEntries(database, index * tileWidth, index * tileWidth + width)
  if (entries.length !== width) return undefined
  return Buffer.concat(entries.flatMap(({ entry }) => lengthPrefixed(Buffer.from(entry))))
}

function lengthPrefixed(entry: Buffer): Buffer[] {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(entry.length)
  return [length, entry]
}

/** Puts the leaf hashes of entries `[from, to)`, whole bundles, together as tiles; those that are already stay. */
export async function packTiles(database: Queryable, from: number, to: number): Promise<void> {
  await database.query(
    `insert into access_log_tile (index, hashes)
     select first / ${tileWidth}, string_agg(leaves, '' order by first)
     from access_log_batch where first >= $1 and first < $2
     group by first / ${tileWidth} having sum(size) = ${tileWidth}
     on conflict do nothing`,
    [from, to],
  )
}

/** The first bundle that is not a tile yet. */
export async function nextUnpacked(database: Queryable): Promise<number> {
  const text = 'select coalesce(max(index) + 1, 0) as next from access_log_tile'
  return (await database.query<{ next: number }>(text)).rows[0]!.next
}
