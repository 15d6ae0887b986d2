import type { Queryable } from '../../../postgres/pool.ts'
import { loadAgreements } from '../../law/agreement/in-force-store.ts'
import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { Matter } from '../../law/catalogue/matter.ts'
import { decide } from '../../law/decision/decide.ts'
import type { Decision } from '../../law/decision/decision.ts'
import { refuseWith } from '../../law/decision/refusal.ts'

export type PlanSources = { db: Queryable; catalogue: Catalogue; now: Date }

/** Rights of the matter's department to pull for it about a subject of this type, by its agreements now and without consent. */
export async function readOwnRights(
  { db, catalogue, now }: PlanSources,
  { id: matter, department, purpose, requirements }: Matter,
  type: 'person' | 'organisation',
): Promise<(dataset: string) => Decision> {
  const datasets = new Set(requirements.flatMap(({ evidence }) => evidence.flat()))
  const agreements = await loadAgreements(
    db,
    [...datasets].map(dataset => ({ department, dataset })),
  )
  return id => {
    const dataset = catalogue.dataset(id)
    if (!dataset) return refuseWith('DATASET_UNKNOWN')
    const caller = { department, system: department }
    // Nobody in particular, on a case and by an official that a pull will have to name.
    const ask = {
      pull: '',
      caller,
      subject: { type, id: '' },
      dataset: id,
      purpose: purpose.code,
      matter,
      case: '-',
      official: '-',
    }
    return decide(ask, dataset, { agreements, consents: [] }, now)
  }
}
