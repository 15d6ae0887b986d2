/** The catalogue as every room may ask it, without waiting: it is kept in memory. */
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import type { Dataset } from './dataset.ts'
import type { SystemStanding } from './department.ts'
import type { Matter } from './matter.ts'
import type { ReaderStanding } from './reader.ts'

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
  exceptions: CodeExceptions & { codes(): string[] }
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
