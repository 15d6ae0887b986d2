import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../../../services/adapter/config.ts'
import { compileMapping } from '../../../../services/adapter/mapping.ts'
import { readCsv } from '../../../../services/adapter/sources/csv.ts'
import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import { isFailure, type Violation } from '../../../../services/contract/failure.ts'

/** Calls back with a folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'datarun-city-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function configAt(path: string): Promise<Config> {
  const config = readConfig(await readFile(path, 'utf8'), path)
  if (isFailure(config)) throw new Error(config.detail)
  return config
}

export type ReadRow = { line: number; record: JsonObject } | { line: number; problems: Violation[] }

/** Every row of the file that the config names, mapped as the adapter maps it. */
export async function readBack(
  folder: string,
  config: Config,
): Promise<{ header: readonly string[]; rows: ReadRow[] }> {
  const lines: { line: number; cells: readonly string[] }[] = []
  for await (const batch of readCsv(join(folder, config.csv!.files), config.csv!, 1000)) {
    if (isFailure(batch)) throw new Error(batch.detail)
    lines.push(...batch)
  }
  const [header, ...rest] = lines
  const { map } = compileMapping(config.mapping!).forHeader(header!.cells)
  const rows = rest.map(({ line, cells }): ReadRow => {
    const { record, problems } = map(cells)
    return problems.length > 0 ? { line, problems } : { line, record }
  })
  return { header: header!.cells, rows }
}
