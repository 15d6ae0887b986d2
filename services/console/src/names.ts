/** Titles of datasets, fields, departments and matters, for everything that names them by id. Read once per session. */
import { ref, shallowReactive } from 'vue'
import type { CodeExceptions } from '../../contract/code-exceptions.ts'
import { answerOf, hub, type Schemas } from './hub.ts'
import { type Both, say } from './i18n.ts'

const datasets = shallowReactive(new Map<string, Schemas['Dataset']>())
const departments = shallowReactive(new Map<string, Both>())
const matters = shallowReactive(new Map<string, Both>())
/** Titles of purposes; most are called after their matter. */
const purposes = shallowReactive(new Map<string, Both>())
const exceptions = new Set<string>()
/** Credit codes that are lawful though they fail their check. */
export const codeExceptions: CodeExceptions = exceptions
const namesKnown = ref(false)

/** Nobody waits for names: pages show ids until they are there. */
export async function learnNames(): Promise<void> {
  const [known, all, services, codes] = await Promise.all([
    allDatasets(),
    answerOf(hub.GET('/v1/departments')),
    answerOf(hub.GET('/v1/matters')),
    allExceptions(),
  ])
  for (const dataset of known) datasets.set(dataset.id, dataset)
  for (const { id, title } of all.items) departments.set(id, title)
  for (const { id, title } of services.items) matters.set(id, title)
  for (const { purpose } of services.items) purposes.set(purpose.code, purpose.title)
  for (const code of codes) exceptions.add(code)
  namesKnown.value = true
}

const allDatasets = () => allPages(query => answerOf(hub.GET('/v1/datasets', { params: { query } })))

const allExceptions = async () =>
  (await allPages(query => answerOf(hub.GET('/v1/code-exceptions', { params: { query } })))).map(({ code }) => code)

type Query = { limit: number; cursor?: string }

/** A whole list, where a page shows or needs all of it. */
export async function allPages<Item>(
  read: (query: Query) => Promise<{ items: Item[]; next?: string }>,
): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const page = await read({ limit: 200, ...(cursor && { cursor }) })
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
