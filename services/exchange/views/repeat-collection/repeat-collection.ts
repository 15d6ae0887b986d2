/**
 * The repeat-collection report (Order 809, Art 19): data items that two departments collect about the same subjects, and
 * which department is proposed as the source (数源部门). Rules only; the authority decides.
 */

import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { FieldFormat } from '../../records/schemas/field-path.ts'

export type Item = {
  dataset: string
  department: string
  pointer: string
  title: { zh: string; en: string }
  updateCycle: Dataset['updateCycle']
  /** As the newest schema states it; absent where it states none. */
  format?: FieldFormat
}

export type Overlap = { subjects: number; same: number }

type Place = Pick<Item, 'dataset' | 'department' | 'pointer' | 'format'>

export type RepeatedItem = {
  title: { zh: string; en: string }
  /** The department proposed as the source. */
  source: Place
  /** Those that could use the source instead; `overlap` is over a sample of subjects that both hold. */
  repeats: (Place & { overlap: Overlap })[]
}

/** An item with its proposed source, and what other departments collect under the same title and in the same format. */
export type Candidate = { source: Item; others: Item[] }

/** The proposed source is who updates soonest; between equals, whose dataset comes first by its id. */
export function findCandidates(
  datasets: readonly Dataset[],
  formatOf: (dataset: string, pointer: string) => FieldFormat | undefined,
): Candidate[] {
  const items = datasets.flatMap(dataset => itemsOf(dataset, formatOf))
  const byTitle = [...Map.groupBy(items, ({ title }) => normalised(title.zh)).values()]
  return byTitle.flatMap(byFormat).flatMap(([source, ...rest]) => {
    const others = rest.filter(({ department }) => department !== source!.department)
    return others.length > 0 ? [{ source: source!, others }] : []
  })
}

/** Who the record is about and since when it is valid every register must say itself: such items are no repetition. */
function itemsOf(
  { id, department, fields, subjects, key, validity, updateCycle }: Dataset,
  formatOf: (dataset: string, pointer: string) => FieldFormat | undefined,
): Item[] {
  const own = new Set([key, validity?.from, validity?.until, ...subjects.map(subject => subject.id)])
  return fields
    .filter(({ pointer }) => !own.has(pointer))
    .map(({ pointer, title }) => {
      const format = formatOf(id, pointer)
      return { dataset: id, department, pointer, title, updateCycle, ...(format && { format }) }
    })
}

const normalised = (title: string): string => title.normalize('NFKC').replaceAll(/\s/g, '')

/** Items of one title in groups of one format, the proposed source of each group first. */
function byFormat(items: readonly Item[]): Item[][] {
  const groups: Item[][] = []
  for (const item of items.toSorted(bySource)) {
    const group = groups.find(([source]) => mayBeSame(source!.format, item.format))
    if (group) group.push(item)
    else groups.push([item])
  }
  return groups
}

/** The same title for a date and for a number means two things. A side may state what the other leaves open. */
function mayBeSame(one: FieldFormat | undefined, other: FieldFormat | undefined): boolean {
  if (!one || !other) return true
  return one.type === other.type && (!one.format || !other.format || one.format === other.format)
}

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

const placeOf = ({ dataset, department, pointer, format }: Item) => ({
  dataset,
  department,
  pointer,
  ...(format && { format }),
})
