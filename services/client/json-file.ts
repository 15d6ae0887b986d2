/** Files that people write: kept exactly, or refused with the place (contract/read-json.ts). */
import { readFile } from 'node:fs/promises'
import type { Json } from '../contract/canonical-json.ts'
import { sentenceOfFlaw } from '../contract/json-flaws.ts'
import { readJsonBytes } from '../contract/read-json.ts'

/** @throws Error naming the file and what is wrong with it: it cannot be read, is not JSON, or would not be kept exactly. */
export async function readJsonFile(path: string): Promise<Json> {
  const bytes = await readFile(path).catch(() => {
    throw new Error(`${path} cannot be read.`)
  })
  const read = readJsonBytes(bytes)
  if (read.flaws) throw new Error(`${path} ${sentenceOfFlaw(read.flaws[0]!)}.`)
  return read.value
}
