/** Titles of datasets, fields, departments and matters, for everything that names them by id. Read once per session. */
import { ref, shallowReactive } from 'vue'
import { answerOf, hub, type Schemas } from './hub.ts'
import { type Both, say } from './i18n.ts'

const datasets = shallowReactive(new Map<string, Schemas['Dataset']>())
const departments = shallowReactive(new Map<string, Both>())
const matters = shallowReactive(new Map<string, Both>())
export const namesKnown = ref(false)

/** Nobody waits for names: pages show ids until they are there. */
export async function learnNames(): Promise<void> {
  const [some, all, services] = await Promise.all([
    answerOf(hub.GET('/v1/datasets', { params: { query: { limit: 200 } } })),
    answerOf(hub.GET('/v1/departments')),
    answerOf(hub.GET('/v1/matters')),
  ])
  for (const dataset of some.items) datasets.set(dataset.id, dataset)
  for (const { id, title } of all.items) departments.set(id, title)
  for (const { id, title } of services.items) matters.set(id, title)
  for (const { purpose } of services.items) if (!matters.has(purpose.code)) matters.set(purpose.code, purpose.title)
  namesKnown.value = true
}

const titleIn = (titles: ReadonlyMap<string, Both>, id: string) => {
  const title = titles.get(id)
  return title ? say(title) : id
}

export const departmentName = (id: string): string => titleIn(departments, id)
export const matterName = (id: string): string => titleIn(matters, id)

export function datasetName(id: string): string {
  const dataset = datasets.get(id)
  return dataset ? say(dataset.title) : id
}

export function fieldName(dataset: string, pointer: string): string {
  const field = datasets.get(dataset)?.fields.find(one => one.pointer === pointer)
  return field ? say(field.title) : pointer
}

export const datasetOf = (id: string) => datasets.get(id)

export const departmentIds = (): string[] => [...departments.keys()]
