/**
 * How a pull comes to its answer: rules only. A single dataset is one set of one. For a matter, first everything that
 * might serve is decided, by rights alone; of the sets that are lawful the cheapest is read; where it holds no proof, the
 * next one. Only what is read is used: a consent that another set would have needed is not spent.
 */
import type { Decision } from '../law/decision/decision.ts'
import type { FoundRecord } from '../records/registry/found-record.ts'
import { cheapest, type EvidenceSet, isLawful } from './plan/evidence.ts'
import type { Need, Progress } from './progress.ts'
import { proofsIn } from './proof.ts'

/** The datasets to decide in this round: first all that might serve, later what the next sets need; none at the end. */
export function toDecide(progress: Progress): string[] {
  if (progress.decisions.size > 0) return unread(progress)
  return [...new Set(needed(progress).flatMap(({ sets }) => sets.flat()))]
}

/** Takes a round's decisions, and says which of the datasets are to be read, on which uses are spent. */
export function toRead(progress: Progress, decided: ReadonlyMap<string, Decision>): string[] {
  const first = progress.decisions.size === 0
  for (const [dataset, decision] of decided) progress.decisions.set(dataset, decision)
  if (first) for (const need of needed(progress)) askWhich(progress, need)
  moveOn(progress)
  return unread(progress).filter(dataset => decided.has(dataset))
}

/** Takes what was read; the needs whose set failed by it go on to their next one. */
export function takeRecords(progress: Progress, found: ReadonlyMap<string, FoundRecord[]>): void {
  for (const [dataset, records] of found) progress.found.set(dataset, records)
  moveOn(progress)
}

const needed = ({ needs }: Progress) => needs.filter(({ standing }) => standing === 'needed')

function askWhich({ decisions }: Progress, need: Need): void {
  const lawful = need.sets.filter(set => isLawful(set, dataset => decisions.get(dataset)))
  if (need.requirement?.askWhich && lawful.length > 1) need.standing = 'choose'
}

/** Those with the fewest ways go first, so that the others can share what is read for them anyway. */
function moveOn(progress: Progress): void {
  const isOpen = (need: Need) => need.tried.length === 0 || hasFailed(progress, need, need.tried.at(-1)!)
  const open = needed(progress)
    .filter(isOpen)
    .map(need => ({ need, ways: untried(progress, need).length }))
  for (const { need } of open.sort((one, other) => one.ways - other.ways)) {
    while (isOpen(need)) {
      const next = cheapest(untried(progress, need), decisionIn(progress), dataset => isRead(progress, dataset))
      if (!next) break
      need.tried.push(next)
    }
  }
}

const decisionIn =
  ({ decisions }: Progress) =>
  (dataset: string) =>
    decisions.get(dataset)

const untried = (progress: Progress, { sets, tried }: Need) =>
  sets.filter(set => !tried.includes(set) && isLawful(set, decisionIn(progress)))

/** Read already, or about to be for another need. */
const isRead = ({ needs, found }: Progress, dataset: string) =>
  found.has(dataset) || needs.some(({ tried }) => tried.at(-1)?.includes(dataset))

/** A set fails as soon as one of its datasets is refused after all, or holds no proof. */
export const hasFailed = (progress: Progress, need: Need, set: EvidenceSet): boolean =>
  set.some(dataset => {
    if (progress.decisions.get(dataset)?.decision !== 'permit') return true
    return progress.found.has(dataset) && proofsIn(progress, need, dataset).length === 0
  })

/** Datasets to be read: of each need the set that it has come to. */
function unread(progress: Progress): string[] {
  const next = needed(progress).flatMap(need => {
    const set = need.tried.at(-1)
    return set && isLawful(set, decisionIn(progress)) ? set.filter(dataset => !progress.found.has(dataset)) : []
  })
  return [...new Set(next)]
}

/** The datasets that were read for a matter and held no proof. */
export const vain = (progress: Progress): string[] =>
  progress.matter
    ? progress.needs.flatMap(need =>
        need.tried
          .flat()
          .filter(dataset => progress.found.has(dataset) && proofsIn(progress, need, dataset).length === 0),
      )
    : []
