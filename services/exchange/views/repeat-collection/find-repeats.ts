import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { formatOf } from '../../records/schemas/field-path.ts'
import { readNewest } from '../../records/schemas/schema-store.ts'
import type { RepeatCollectionNeeds } from './needs.ts'
import { sampleOverlap } from './overlap-store.ts'
import { findCandidates, type Item, type Overlap, type RepeatedItem, reportRepeats } from './repeat-collection.ts'

/** The report, which is logged: it compares records of departments with each other. */
export async function findRepeats(needs: RepeatCollectionNeeds, caller: Caller): Promise<RepeatedItem[]> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const datasets = needs.catalogue.datasets()
    const schemas = await readNewest(
      tx,
      datasets.map(({ id }) => id),
    )
    const candidates = findCandidates(datasets, (dataset, pointer) => {
      const schema = schemas.get(dataset)
      return schema && formatOf(schema, pointer)
    })
    const overlaps = new Map<string, Overlap>()
    for (const { source, others } of candidates) {
      for (const other of others) overlaps.set(keyOf(source, other), await sampleOverlap(tx, source, other))
    }
    const content = { noun: 'repeat-collection', id: 'report' }
    record(draftBy(caller, undefined, { kind: 'catalogue', content }))
    return reportRepeats(candidates, (one, other) => overlaps.get(keyOf(one, other)) ?? none)
  })
  return outcome
}

const none: Overlap = { subjects: 0, same: 0 }
const keyOf = (one: Item, other: Item) => `${one.dataset}${one.pointer} ${other.dataset}${other.pointer}`
