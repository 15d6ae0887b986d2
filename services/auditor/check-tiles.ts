import type { Finding } from './finding.ts'
import type { LogSource } from './source.ts'

/** A perfect subtree of 256^level leaves. */
export type Subtree = { level: number; index: number; hash: Buffer }

/** The tiles above level 0 serve proofs; they must be what the leaves make. */
export async function checkTiles(source: LogSource, made: readonly Subtree[]): Promise<Finding | undefined> {
  const tiles = Map.groupBy(made, ({ level, index }) => `${level}/${Math.floor(index / 256)}`)
  for (const subtrees of tiles.values()) {
    const { level, index } = subtrees[0]!
    const served = await source.tile(level, Math.floor(index / 256), subtrees.length)
    const wrong = subtrees.findIndex(({ hash }, i) => !served?.subarray(i * 32, i * 32 + 32).equals(hash))
    if (wrong < 0) continue
    const width = 256 ** level
    const first = (index + wrong) * width
    const detail = `the tile of level ${level} has a wrong hash for entries ${first} to ${first + width - 1}`
    return { problem: 'tile-wrong', index: first, through: first + width - 1, detail }
  }
  return undefined
}
