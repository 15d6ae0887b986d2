/** Titles of datasets, fields, departments and matters, for everything that names them by id. Read once per session. */
import { ref, shallowReactive } from 'vue'
import { answerOf, hub, type Schemas } from './hub.ts'
import { type Both, say } from './i18n.ts'

const datasets = shallowReactive(new Map<string, Schemas['Dataset']>())
const departments = shallowReactive(new Map<string, Both>())
const matters = shallowReactive(new Map<string, Both>())
/** Titles of purposes; most are called after their matter. */
const purposes = shallowReactive(new Map<string, Both>())
export const namesKnown = ref(false)

/** Nobody waits for names: pages show ids until they are there. */
export async function learnNames(): Promise<void> {
  const [known, all, services] = await Promise.all([
    allDatasets(),
    answerOf(hub.GET('/v1/departments')),
    answerOf(hub.GET('/v1/matters')),
  ])
  for (const dataset of known) datasets.set(dataset.id, dataset)
  for (const { id, title } of all.items) departments.set(id, title)
  for (const { id, title } of services.items) matters.set(id, title)
  for (const { purpose } of services.items) purposes.set(purpose.code, purpose.title)
  namesKnown.value = true
}

async function allDatasets(): Promise<Schemas['Dataset'][]> {
  const found: Schemas['Dataset'][] = []
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const query = { limit: 200, ...(cursor && { cursor }) }
    const page = await answerOf(hub.GET('/v1/datasets', { params: { query } }))
    found.push(...page.items)
    cursor = page.next
  }
  return found
}

const titleIn = (titles: ReadonlyMap<string, Both>, id: string) => {
  const title = titles.get(id)
  return title ? say(title) : id
}

export const departmentName = (id: string): string => titleIn(departments, id)
/** Of a matter, or of a purpose. */
export const matterName = (id: string): string => titleIn(matters.has(id) ? matters : purposes, id)

export function datasetName(id: string): string {
  const dataset = datasets.get(id)
  return dataset ? say(dataset.title) : id
}

export function fieldName(dataset: string, pointer: string): string {
  const field = datasets.get(dataset)?.fields.find(one => one.pointer === pointer)
  return field ? say(field.title) : pointer
}

export const isSensitive = (dataset: string, pointer: string): boolean =>
  datasets.get(dataset)?.fields.some(one => one.pointer === pointer && one.classification === 'sensitive') ?? false

export const datasetOf = (id: string) => datasets.get(id)

export const departmentIds = (): string[] => [...departments.keys()]
export const matterIds = (): string[] => [...matters.keys()]
export const datasetIds = (): string[] => [...datasets.keys()]
