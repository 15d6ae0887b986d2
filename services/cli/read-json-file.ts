import { readJsonFile } from '../client/json-file.ts'
import type { Json } from '../contract/canonical-json.ts'
import { Usage } from './outcome.ts'

/** @throws Usage naming the file, and the place within it. */
export const readJson = (path: string): Promise<Json> =>
  readJsonFile(path).catch(error => {
    throw new Usage((error as Error).message)
  })
