import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Json, JsonObject } from '../../services/contract/canonical-json.ts'
import type { Matter } from '../../services/exchange/law/catalogue/matter.ts'

const folder = resolve(import.meta.dirname, '../../schemas')
const read = (file: string): unknown => JSON.parse(readFileSync(resolve(folder, file), 'utf8'))

type Both = { zh: string; en: string }
type Case = { name: string; record: Json }
type Refusal = Case & { pointer: string; keyword: string }
export type SampleDataset = {
  entry: {
    id: string
    department: string
    title: Both
    sharing: { type: string }
    key: string
    subjects: { type: 'person' | 'organisation'; id: string; role: string }[]
    validity?: { from?: string; until?: string }
    fields: { pointer: string; classification: string; title: Both }[]
  }
  schema: JsonObject
  cases: { valid: Case[]; invalid: Refusal[] }
}
export type Department = { id: string; title: Both; creditCode: string; systems: { id: string; title: Both }[] }
export type Agreement = {
  dataset: string
  receiver: string
  purposes: string[]
  fields: { pointer: string; use: string }[]
  basis: { type: 'consent' } | { type: 'statutory-duty'; provision: string }
  scenario: Both
  demands: { case: boolean; official: boolean }
  method: string
}

export const departments = read('departments.json') as Department[]
export const agreements = read('agreements.json') as Agreement[]
export const matters = globSync('matters/*.json', { cwd: folder }).sort().map(read) as Matter[]
export const datasets = globSync('*/*/dataset.json', { cwd: folder })
  .sort()
  .map(file => {
    const own = dirname(file)
    return { entry: read(file), schema: read(`${own}/v1.schema.json`), cases: read(`${own}/v1.cases.json`) }
  }) as SampleDataset[]

export const namedDatasets = datasets.map(dataset => [dataset.entry.id, dataset] as const)
export const datasetNamed = (id: string) => datasets.find(dataset => dataset.entry.id === id)
