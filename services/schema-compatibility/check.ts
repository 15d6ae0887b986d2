/** The seven compatibility modes: against which earlier versions, and in which direction, a new version is compared. */
import type { JsonObject } from '../contract/canonical-json.ts'
import { assertNever } from '../contract/failure.ts'
import { type Comparison, compare, type Listing, type Verdict } from './compare.ts'
import type { Mode } from './mode.ts'
import type { Profile } from './profiles.ts'

/** `backward`: readers with the new schema, records of the old. `forward`: readers with the old, records of the new. */
type Direction = 'backward' | 'forward'

export type Version = { version: number; schema: JsonObject }
/** After so many incompatible versions, from the newest on, the older ones are not compared any more. */
const mostIncompatible = 3

/** In the direction `forward` a difference is told from the new schema to the old, but its pointers keep their names. */
export type VersionComparison = Comparison & { version: number; direction: Direction }
export type Checked = { verdict: Verdict; comparisons: VersionComparison[] }

/**
 * Compares a schema with the earlier versions that the mode asks for: the newest, or each of them for `_TRANSITIVE`
 * (never a chain of pairs). `versions` are the earlier ones, oldest first; all schemas must have passed the guard.
 */
export function checkAgainst(
  versions: readonly Version[],
  next: JsonObject,
  { mode, profile, listing = 'always' }: { mode: Mode; profile: Profile; listing?: Listing },
): Checked {
  const directions = directionsOf(mode)
  const comparisons: VersionComparison[] = []
  for (const { version, schema } of versionsAsked(versions, mode).toReversed()) {
    for (const direction of directions) {
      comparisons.push({ version, direction, ...compareIn(direction, [schema, next], profile, listing) })
    }
    if (comparisons.filter(({ verdict }) => verdict === 'incompatible').length >= mostIncompatible) break
  }
  return { verdict: verdictOf(comparisons), comparisons }
}

/** Of the earlier versions, oldest first, those that the mode compares with. */
export const versionsAsked = <Earlier>(versions: readonly Earlier[], mode: Mode): Earlier[] =>
  isTransitive(mode) ? [...versions] : versions.slice(-1)

/** Whether all earlier versions are compared with, not the newest alone. */
export const isTransitive = (mode: Mode): boolean => mode.endsWith('_TRANSITIVE')

function directionsOf(mode: Mode): Direction[] {
  switch (mode) {
    case 'NONE':
      return []
    case 'BACKWARD':
    case 'BACKWARD_TRANSITIVE':
      return ['backward']
    case 'FORWARD':
    case 'FORWARD_TRANSITIVE':
      return ['forward']
    case 'FULL':
    case 'FULL_TRANSITIVE':
      return ['backward', 'forward']
    default:
      return assertNever(mode)
  }
}

function compareIn(
  direction: Direction,
  [old, next]: [JsonObject, JsonObject],
  profile: Profile,
  listing: Listing,
): Comparison {
  if (direction === 'backward') return compare(old, next, profile, listing)
  const { differences, ...rest } = compare(next, old, profile, listing)
  const turned = differences.map(one => ({ ...one, oldPointer: one.newPointer, newPointer: one.oldPointer }))
  return { ...rest, differences: turned }
}

function verdictOf(comparisons: VersionComparison[]): Verdict {
  if (comparisons.some(({ verdict }) => verdict === 'incompatible')) return 'incompatible'
  return comparisons.some(({ verdict }) => verdict === 'undecided') ? 'undecided' : 'compatible'
}
