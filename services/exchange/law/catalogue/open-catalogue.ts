/**
 * The catalogue in memory: what every pull and every ingested batch asks first. Read again whenever a change is committed by
 * anyone, so that it lags a commit elsewhere by one notification (milliseconds), and its own commits not at all. Pulls do not
 * rely on hearing of it: each reads the version that its own snapshot has, and has it `follow`.
 */
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import { listen } from '../../../postgres/notifications.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueChannel, readCatalogueVersion, readDatasets } from './catalogue-store.ts'
import { readExceptionCodes } from './code-exception-store.ts'
import type { Dataset } from './dataset.ts'
import type { SystemStanding } from './department.ts'
import { readSystems } from './department-store.ts'
import type { Matter } from './matter.ts'
import { readMatters } from './matter-store.ts'
import type { ReaderStanding } from './reader.ts'
import { readReaders } from './reader-store.ts'

export async function openCatalogue(options: { pool: pg.Pool; url: string; log: Logger }): Promise<Catalogue> {
  let byId = new Map<string, Dataset>()
  let version = -1
  let matters = new Map<string, Matter>()
  let systems = new Map<string, SystemStanding>()
  let readers = new Map<string, ReaderStanding>()
  let exceptions: ReadonlySet<string> = new Set()
  const listeners: ((ids: string[]) => void)[] = []
  const refresh = oneAtATime(async () => {
    const { pool } = options
    // Before what it counts: what is read after it may be newer than it says, never older.
    const counted = await readCatalogueVersion(pool)
    const [datasets, found, known, reading, codes] = await Promise.all([
      readDatasets(pool),
      readMatters(pool),
      readSystems(pool),
      readReaders(pool),
      readExceptionCodes(pool),
    ])
    matters = new Map(found.map(matter => [matter.id, matter]))
    systems = new Map(known.map(system => [system.id, system]))
    readers = new Map(reading.map(reader => [reader.id, reader]))
    exceptions = new Set(codes)
    const changed = datasets.length !== byId.size || datasets.some(dataset => !byId.has(dataset.id))
    byId = new Map(datasets.map(dataset => [dataset.id, dataset]))
    version = counted
    if (changed) for (const heard of listeners) heard([...byId.keys()])
  })
  const listening = await listen({ url: options.url, channel: catalogueChannel, log: options.log }, refresh)
  return {
    dataset: id => byId.get(id),
    datasets: () => [...byId.values()],
    matter: id => matters.get(id),
    matters: () => [...matters.values()],
    system: id => systems.get(id),
    reader: id => readers.get(id),
    exceptions: { has: code => exceptions.has(code), codes: () => [...exceptions] },
    refresh,
    follow: seen => (seen === version ? undefined : refresh()),
    verify: () => listening.verify(),
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
