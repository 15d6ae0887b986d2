/** A folder laid out like schemas/: departments.json, <department>/<dataset>/{dataset.json, v1.schema.json, …}, matters/. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from '../contract/canonical-json.ts'
import type { Right } from '../contract/role.ts'
import type { HubClient } from './hub-client.ts'
import { readJsonFile } from './json-file.ts'

type Entry = JsonObject & { id: string }
type Title = { zh: string; en: string }
type SystemEntry = { id: string; title: Title; rights?: Right[]; dpopRequired?: boolean }
export type CatalogueFolder = {
  departments: (Entry & { title: Title; systems?: SystemEntry[] })[]
  datasets: { entry: Entry; schemas: JsonObject[] }[]
  matters: Entry[]
}

/** @throws Error naming the file that cannot be read, is no JSON or would not be kept exactly. */
export async function readCatalogueFolder(folder: string): Promise<CatalogueFolder> {
  const departments = (await readJsonFile(join(folder, 'departments.json'))) as CatalogueFolder['departments']
  const datasets: CatalogueFolder['datasets'] = []
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if (path.endsWith('/dataset.json'))
      datasets.push(await readDataset(join(folder, path.slice(0, -'/dataset.json'.length))))
  }
  const matterFiles = (await readdir(join(folder, 'matters')).catch(() => []))
    .filter(name => name.endsWith('.json'))
    .sort()
  const matters = await Promise.all(matterFiles.map(name => readJsonFile(join(folder, 'matters', name))))
  return { departments, datasets, matters: matters as Entry[] }
}

async function readDataset(folder: string): Promise<CatalogueFolder['datasets'][number]> {
  const versionOf = (name: string) => Number(/^v(\d+)\.schema\.json$/.exec(name)?.[1])
  const names = (await readdir(folder)).filter(name => versionOf(name) > 0).sort((a, b) => versionOf(a) - versionOf(b))
  const schemas = await Promise.all(names.map(name => readJsonFile(join(folder, name))))
  return { entry: (await readJsonFile(join(folder, 'dataset.json'))) as Entry, schemas: schemas as JsonObject[] }
}

type Applied = { departments: number; systems: number; datasets: number; schemas: number; matters: number }

/**
 * Registers what the folder holds, in the order in which it refers to itself; again is a no-op. Systems are registered
 * where `keysOf` knows their public keys (a JWK Set). @throws HubRefused at the first thing the hub does not take.
 */
export async function applyCatalogue(
  hub: HubClient,
  { departments, datasets, matters }: CatalogueFolder,
  keysOf: (system: string) => Promise<unknown | undefined>,
  told: (what: string) => void = () => {},
): Promise<Applied> {
  const applied: Applied = { departments: 0, systems: 0, datasets: 0, schemas: 0, matters: 0 }
  for (const { id, systems = [], ...department } of departments) {
    await hub.must('PUT', `/v1/departments/${id}`, department)
    applied.departments += 1
    told(id)
    for (const system of systems) applied.systems += (await applySystem(hub, system, keysOf)) ? 1 : 0
  }
  for (const { entry, schemas } of datasets) {
    const { id, ...body } = entry
    await hub.must('PUT', `/v1/datasets/${id}`, body)
    for (const schema of schemas) await hub.must('POST', `/v1/datasets/${id}/schemas`, { schema })
    applied.datasets += 1
    applied.schemas += schemas.length
    told(id)
  }
  for (const { id, ...matter } of matters) {
    await hub.must('PUT', `/v1/matters/${id}`, matter)
    applied.matters += 1
    told(id)
  }
  return applied
}

async function applySystem(
  hub: HubClient,
  { id, ...entry }: SystemEntry,
  keysOf: (system: string) => Promise<unknown | undefined>,
): Promise<boolean> {
  const jwks = await keysOf(id)
  if (!jwks) return false
  const [department, name] = id.split('/')
  await hub.must('PUT', `/v1/departments/${department}/systems/${name}`, { ...entry, jwks })
  return true
}
