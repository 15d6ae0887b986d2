/** Proofs for any entry and any two sizes, from the hashes that the database keeps. */
import type { Queryable } from '../../../postgres/pool.ts'
import { LogUnavailable } from './log-unavailable.ts'
import {
  consistencyPath,
  inclusionPath,
  type NodeReader,
  perfectNodes,
  perfectRoot,
  type Span,
  spanHash,
} from './merkle.ts'
import { type HashRange, readHashes } from './tile-store.ts'

/** An entry's leaf hash, and the hashes that lead from it to the root of the tree of `size`. */
export type Inclusion = { leaf: Buffer; hashes: Buffer[] }

export const proveInclusion = async (database: Queryable, index: number, size: number): Promise<Inclusion> =>
  (await proveInclusions(database, [index], size))[0]!

export async function proveInclusions(
  database: Queryable,
  indexes: readonly number[],
  size: number,
): Promise<Inclusion[]> {
  const paths = indexes.map(index => [{ start: index, end: index + 1 }, ...inclusionPath(index, size)])
  const hashed = await hashSpans(database, paths)
  return hashed.map(([leaf, ...hashes]) => ({ leaf: leaf!, hashes }))
}

export const proveConsistency = async (database: Queryable, from: number, size: number): Promise<Buffer[]> =>
  (await hashSpans(database, [consistencyPath(from, size)]))[0]!

/** One list of hashes for each list of spans, with one read for all of them. */
async function hashSpans(database: Queryable, paths: readonly (readonly Span[])[]): Promise<Buffer[][]> {
  const node = await readNodes(database, paths.flat())
  return paths.map(path => path.map(span => spanHash(span, node)))
}

/** The root of the tree at any size it has had. */
export async function rootAt(database: Queryable, size: number): Promise<Buffer> {
  const whole = { start: 0, end: size }
  return (await hashSpans(database, [[whole]]))[0]![0]!
}

/** Subtrees of 256 entries and more, which every proof goes through: none ever changes, so what was read once is kept. */
const largeNodes = new WeakMap<Queryable, Map<string, Buffer>>()
const keptHeight = 8
const mostKept = 100_000

async function readNodes(database: Queryable, spans: readonly Span[]): Promise<NodeReader> {
  const kept = largeNodes.get(database) ?? new Map<string, Buffer>()
  largeNodes.set(database, kept)
  const ranges = new Map<string, HashRange>()
  for (const { height, index } of spans.flatMap(perfectNodes)) {
    const name = `${height}/${index}`
    if (!kept.has(name)) ranges.set(name, rangeOf(height, index))
  }
  const hashes = await readHashes(database, [...ranges.values()])
  if (hashes.includes(undefined)) throw new LogUnavailable('hashes of the log are missing from the database')
  const read = new Map([...ranges.keys()].map((name, i) => [name, perfectRoot(hashes[i]!)]))
  const node: NodeReader = (height, index) => read.get(`${height}/${index}`) ?? kept.get(`${height}/${index}`)!
  if (kept.size > mostKept) return node
  for (const [name, hash] of read) if (Number.parseInt(name, 10) >= keptHeight) kept.set(name, hash)
  return node
}

/** A node of height h is made from hashes of the tile level at or below it: 2^(h mod 8) of them, all in one tile. */
function rangeOf(height: number, index: number): HashRange {
  const count = 2 ** (height % 8)
  return { level: Math.floor(height / 8), first: index * count, count }
}
