import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { isWithin, type Tile, tileWidth } from '../tree/tile-path.ts'
import { readBundle } from '../tree/tile-store.ts'

/** Reads a bundle and notes who read it; undefined where it is past the end, or past its retention. */
export async function openBundle(needs: LogNeeds, caller: string, tile: Tile): Promise<Buffer | undefined> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const { edge } = await readHead(tx)
    if (!isWithin(tile, edge.size)) return undefined
    const bundle = await readBundle(tx, tile)
    const first = tile.index * tileWidth
    if (bundle)
      record({ kind: 'log-search', caller, decision: 'permit', content: { what: 'bundle', first, count: tile.width } })
    return bundle
  })
  return outcome
}
