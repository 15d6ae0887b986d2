/**
 * The catalogue in memory: what every pull and every ingested batch asks first. Read again whenever any exchange process
 * commits a change, so that it lags a commit elsewhere by one notification (milliseconds), and its own commits not at all.
 */
import type pg from 'pg'
import type { Logger } from '../../contract/log.ts'
import { listen } from '../database/notifications.ts'
import type { Matter } from '../matter/matter.ts'
import { readMatters } from '../matter/matter-store.ts'
import { catalogueChannel, readDatasets } from './catalogue-store.ts'
import type { Dataset } from './dataset.ts'
import { readSystems, type SystemStanding } from './department-store.ts'

export type Catalogue = {
  dataset(id: string): Dataset | undefined
  datasets(): Dataset[]
  matter(id: string): Matter | undefined
  matters(): Matter[]
  /** How a system is registered, as every request of one asks. */
  system(id: string): SystemStanding | undefined
  refresh(): Promise<void>
  /** Calls back after every refresh that changed which datasets there are. */
  onDatasets(heard: (ids: string[]) => void): void
  close(): Promise<void>
}

export async function openCatalogue(options: { pool: pg.Pool; url: string; log: Logger }): Promise<Catalogue> {
  let byId = new Map<string, Dataset>()
  let matters = new Map<string, Matter>()
  let systems = new Map<string, SystemStanding>()
  const listeners: ((ids: string[]) => void)[] = []
  const refresh = oneAtATime(async () => {
    const { pool } = options
    const [datasets, found, known] = await Promise.all([readDatasets(pool), readMatters(pool), readSystems(pool)])
    matters = new Map(found.map(matter => [matter.id, matter]))
    systems = new Map(known.map(system => [system.id, system]))
    const changed = datasets.length !== byId.size || datasets.some(dataset => !byId.has(dataset.id))
    byId = new Map(datasets.map(dataset => [dataset.id, dataset]))
    if (changed) for (const heard of listeners) heard([...byId.keys()])
  })
  const listening = await listen({ url: options.url, channel: catalogueChannel, log: options.log }, refresh)
  return {
    dataset: id => byId.get(id),
    datasets: () => [...byId.values()],
    matter: id => matters.get(id),
    matters: () => [...matters.values()],
    system: id => systems.get(id),
    refresh,
    onDatasets: heard => void listeners.push(heard),
    close: () => listening.close(),
  }
}

/** A reading that ends late must not overwrite a newer one, so they run in order; who calls during one waits for the next. */
function oneAtATime(read: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= last
      .catch(() => {})
      .then(() => {
        next = undefined
        return read()
      })
    last = next
    return next
  }
}
