import type pg from 'pg'
import { tileWidth } from '../tree/tile-path.ts'
import { nextUnpacked, packTiles } from '../tree/tile-store.ts'
import { readHead } from './log-store.ts'

const atOnce = 256

/**
 * Brings the leaf hashes of all full bundles together as tiles. Proofs and tiles are right without; with it they read one
 * row where they would read 256 wide ones, long out of the cache.
 */
export async function packLog(pool: pg.Pool): Promise<void> {
  const { edge } = await readHead(pool)
  const full = Math.floor(edge.size / tileWidth)
  for (let next = await nextUnpacked(pool); next < full; next += atOnce) {
    await packTiles(pool, next * tileWidth, Math.min(next + atOnce, full) * tileWidth)
  }
}
