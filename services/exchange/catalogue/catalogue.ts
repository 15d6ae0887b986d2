/**
 * The catalogue in memory: what every pull and every ingested batch asks first. Read again whenever a change is committed by
 * anyone, so that it lags a commit elsewhere by one notification (milliseconds), and its own commits not at all. Pulls do not
 * rely on hearing of it: each reads the version that its own snapshot has, and has it `follow`.
 */
import type pg from 'pg'
import type { CodeExceptions } from '../../contract/code-exceptions.ts'
import type { Logger } from '../../contract/log.ts'
import { listen } from '../database/notifications.ts'
import type { Matter } from '../matter/matter.ts'
import { readMatters } from '../matter/matter-store.ts'
import { catalogueChannel, readCatalogueVersion, readDatasets } from './catalogue-store.ts'
import { readExceptionCodes } from './code-exception-store.ts'
import type { Dataset } from './dataset.ts'
import { readSystems, type SystemStanding } from './department-store.ts'
import { type ReaderStanding, readReaders } from './reader-store.ts'

export type Catalogue = {
  dataset(id: string): Dataset | undefined
  datasets(): Dataset[]
  matter(id: string): Matter | undefined
  matters(): Matter[]
  /** How a system is registered, as every request of one asks. */
  system(id: string): SystemStanding | undefined
  /** How a schema reader is registered. */
  reader(id: string): ReaderStanding | undefined
  /** Credit codes that stewards have named as lawful; always those of the last refresh. */
  exceptions: CodeExceptions
  refresh(): Promise<void>
  /**
   * Takes the version (`decision_version.catalogue`) that a transaction has seen: undefined where that is the one in memory, else
   * a promise that resolves once what is in memory is at least as new.
   */
  follow(version: number): Promise<void> | undefined
  /** Rejects while changes may go unheard. */
  verify(): Promise<void>
  /** Calls back after every refresh that changed which datasets there are. */
  onDatasets(heard: (ids: string[]) => void): void
  close(): Promise<void>
}

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
    exceptions: { has: code => exceptions.has(code) },
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
