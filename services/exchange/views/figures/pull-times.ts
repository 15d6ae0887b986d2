/** Pulls by day, department, matter and district, and how long their answers took. A fold; rules only. */
import type { MatterPull } from './proof.ts'

/** `day` of the city; `district` null where pulls named none. */
export type Place = { day: string; department: string; matter: string; district: string | null }

/** Milliseconds by nearest rank; null where no entry says. */
export type PullRow = Place & { pulls: number; milliseconds: { median: number | null; p95: number | null } }

/** `times`: pulls by milliseconds, of which there are few different ones however many pulls there are. */
type Group = Place & { pulls: number; times: Map<number, number> }

export function openPullTimes() {
  const groups = new Map<string, Group>()
  return {
    take({ day, department, matter, district, milliseconds }: MatterPull): void {
      const place = { day, department, matter, district: district ?? null }
      const key = placeKey(place)
      const group = groups.get(key) ?? { ...place, pulls: 0, times: new Map() }
      groups.set(key, group)
      group.pulls += 1
      if (milliseconds !== undefined) group.times.set(milliseconds, (group.times.get(milliseconds) ?? 0) + 1)
    },
    rows: (): PullRow[] =>
      [...groups.values()].map(({ times, ...group }) => ({
        ...group,
        milliseconds: { median: rank(times, 0.5), p95: rank(times, 0.95) },
      })),
  }
}

export const placeKey = ({ day, department, matter, district }: Place): string =>
  JSON.stringify([day, department, matter, district])

/** The smallest value that at least this share of the values do not exceed. */
function rank(times: ReadonlyMap<number, number>, share: number): number | null {
  const rising = [...times].sort(([one], [other]) => one - other)
  const wanted = Math.ceil(share * rising.reduce((sum, [, count]) => sum + count, 0))
  let seen = 0
  for (const [value, count] of rising) {
    seen += count
    if (seen >= wanted) return value
  }
  return null
}
