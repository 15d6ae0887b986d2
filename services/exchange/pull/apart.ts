/** Who failed by their own fault, remembered for a while, and what waits of theirs: a lane beside the others' queue. */

/** Milliseconds after an owner's last failure. */
const apartFor = 60_000
/** So that a batch that fails again, and is halved, holds its place for 15 transactions at most. */
const largestApart = 8
/** As many batches of the others, where they wait, go between two of these. */
const turnsOfOthers = 4

type ApartOptions<W> = { ownerOf: (one: W) => string | undefined; now: () => Date; longest: number }

export function createApart<W>({ ownerOf, now, longest }: ApartOptions<W>) {
  const until = new Map<string, number>()
  const waiting: W[] = []
  let runs = false
  let othersSince = turnsOfOthers

  const isApart = (one: W): boolean => {
    if (until.size === 0) return false
    const owner = ownerOf(one)
    const end = owner === undefined ? undefined : until.get(owner)
    if (end === undefined) return false
    if (end > now().getTime()) return true
    until.delete(owner!)
    return false
  }

  return {
    waiting,
    isApart,
    isEmpty: () => waiting.length === 0,
    isFull: () => waiting.length >= longest,
    /** One batch at a time, so that the others always have a place. */
    mayRun: () => waiting.length > 0 && !runs,
    /** Whether the others have had their turns. */
    isNext: () => othersSince >= turnsOfOthers,
    passed() {
      othersSince += 1
    },
    /** Items of one owner: whose has waited longest. */
    take(): W[] {
      runs = true
      othersSince = 0
      const owner = ownerOf(waiting[0]!)
      const batch = waiting.filter(one => ownerOf(one) === owner).slice(0, largestApart)
      const taken = new Set(batch)
      waiting.splice(0, waiting.length, ...waiting.filter(one => !taken.has(one)))
      return batch
    },
    done() {
      runs = false
    },
    /** Notes whose item failed, and takes what waits of theirs among the others; returns the others. */
    remember(one: W, others: W[]): W[] {
      const owner = ownerOf(one)
      if (owner === undefined) return others
      const isKnown = isApart(one)
      until.set(owner, now().getTime() + apartFor)
      if (isKnown) return others
      waiting.push(...others.filter(isApart))
      return others.filter(other => !isApart(other))
    },
  }
}
