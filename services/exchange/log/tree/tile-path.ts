/** Paths of tiles by c2sp.org/tlog-tiles: `0/x001/067`, `1/000.p/17`, `entries/x039/062`; and which tiles a size has. */

export const tileWidth = 256

/** A tile of hashes, or (level `entries`) a bundle of entries: `width` items from item `index * 256` on. */
export type Tile = { level: number | 'entries'; index: number; width: number }

const shape = /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** The tile a path names, or undefined where it is not written exactly as the specification writes it. */
export function readTilePath(path: string): Tile | undefined {
  const [, levelText, indexText, widthText] = shape.exec(path) ?? []
  if (!levelText || !indexText) return undefined
  const level = levelText === 'entries' ? levelText : Number(levelText)
  const index = Number(indexText.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? tileWidth : Number(widthText)
  if (!Number.isSafeInteger(index) || writeTileIndex(index) !== indexText) return undefined
  if ((level !== 'entries' && level > 63) || (widthText !== undefined && width >= tileWidth)) return undefined
  return { level, index, width }
}

/** 1234067 → `x001/x234/067`. */
function writeTileIndex(index: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

export const writeTilePath = ({ level, index, width }: Tile): string =>
  `${level}/${writeTileIndex(index)}${width < tileWidth ? `.p/${width}` : ''}`

/** Whether a tree of `size` has all the items of this tile: a full path is nothing until the tile is full. */
export function isWithin({ level, index, width }: Tile, size: number): boolean {
  const items = Math.floor(size / tileWidth ** (level === 'entries' ? 0 : level))
  return index * tileWidth + width <= items
}
