/**
 * The repeat-collection report (Order 809, Art 19): data items that two departments collect about the same subjects, and
 * which department is proposed as the source (数源部门). Rules only; the authority decides.
 */
import type { Dataset } from './dataset.ts'

export type Item = {
  dataset: string
  department: string
  pointer: string
  title: { zh: string; en: string }
  updateCycle: Dataset['updateCycle']
}

export type Overlap = { subjects: number; same: number }

export type RepeatedItem = {
  title: { zh: string; en: string }
  /** The department proposed as the source. */
  source: Pick<Item, 'dataset' | 'department' | 'pointer'>
  /** Those that could use the source instead; `overlap` is over a sample of subjects that both hold. */
  repeats: (Pick<Item, 'dataset' | 'department' | 'pointer'> & { overlap: Overlap })[]
}

/** An item with its proposed source, and what other departments collect under the same title. */
export type Candidate = { source: Item; others: Item[] }

/** The proposed source is who updates soonest; between equals, whose dataset comes first by its id. */
export function findCandidates(datasets: readonly Dataset[]): Candidate[] {
  const items = datasets.flatMap(itemsOf)
  const groups = [...Map.groupBy(items, ({ title }) => normalised(title.zh)).values()]
  return groups.flatMap(group => {
    const [source, ...rest] = group.toSorted(bySource)
    const others = rest.filter(({ department }) => department !== source!.department)
    return others.length > 0 ? [{ source: source!, others }] : []
  })
}

/** Who the record is about and since when it is valid every register must say itself: such items are no repetition. */
function itemsOf({ id, department, fields, subjects, key, validity, updateCycle }: Dataset): Item[] {
  const own = new Set([key, validity?.from, validity?.until, ...subjects.map(subject => subject.id)])
  return fields
    .filter(({ pointer }) => !own.has(pointer))
    .map(({ pointer, title }) => ({ dataset: id, department, pointer, title, updateCycle }))
}

const normalised = (title: string): string => title.normalize('NFKC').replaceAll(/\s/g, '')

/** At least this share of the sampled subjects has the same value on both sides. */
const sameEnough = 0.5
const cycles: Dataset['updateCycle'][] = ['realtime', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly']

/** Where enough of a sample of common subjects has the same value, it is collected twice. */
export function reportRepeats(
  candidates: readonly Candidate[],
  overlapOf: (source: Item, other: Item) => Overlap,
): RepeatedItem[] {
  return candidates.flatMap(({ source, others }) => {
    const repeats = others
      .map(item => ({ ...placeOf(item), overlap: overlapOf(source, item) }))
      .filter(({ overlap: { subjects, same } }) => subjects > 0 && same / subjects >= sameEnough)
    return repeats.length > 0 ? [{ title: source.title, source: placeOf(source), repeats }] : []
  })
}

const bySource = (one: Item, other: Item) =>
  cycles.indexOf(one.updateCycle) - cycles.indexOf(other.updateCycle) || (one.dataset < other.dataset ? -1 : 1)

const placeOf = ({ dataset, department, pointer }: Item) => ({ dataset, department, pointer })
