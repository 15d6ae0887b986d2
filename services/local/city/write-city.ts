/** Writes a city as its departments would export it: one CSV file for each dataset, and beside it the adapter's config. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Config, Rule } from '../../adapter/config-schema.ts'
import { type BadRow, spoiledRow } from './bad-row.ts'
import { buildCity, type CityOptions } from './city.ts'
import { type CsvFile, createCsvFile } from './csv-file.ts'
import { type RowExport, rowExportOf } from './export-row.ts'
import type { CityRecord } from './records/record.ts'

export type WrittenCity = {
  /** Good rows for each dataset. */
  counts: Record<string, number>
  badRows: BadRow[]
  /** Paths of the adapters' configs, each beside the file it reads. */
  configs: string[]
}

/** The department whose file gets the bad rows: every second line from the third on. */
export const spoiledDataset = 'civil-affairs.marriage-certificate'
const adapters = join(import.meta.dirname, 'adapters')

/** Makes the folder where it is missing and overwrites what it wrote there before. `badRows`: none unless set. */
export async function writeCity(folder: string, options: CityOptions & { badRows?: number }): Promise<WrittenCity> {
  await mkdir(folder, { recursive: true })
  const city = buildCity(options)
  const files = await openFiles(folder)
  try {
    let left = options.badRows ?? 0
    for (const record of city.records()) {
      const file = files.get(record.dataset)!
      const writing = file.write(record)
      if (writing) await writing
      if (record.dataset === spoiledDataset && left-- > 0) await file.spoil(record)
    }
  } finally {
    for (const file of files.values()) await file.csv.close()
  }
  const all = [...files.values()]
  return {
    counts: Object.fromEntries(all.map(({ dataset, csv, badRows }) => [dataset, csv.lines() - 1 - badRows.length])),
    badRows: all.flatMap(({ badRows }) => badRows),
    configs: all.map(({ config }) => config),
  }
}

type DatasetFile = {
  dataset: string
  config: string
  csv: CsvFile
  badRows: BadRow[]
  write(record: CityRecord): Promise<void> | undefined
  spoil(record: CityRecord): Promise<void>
}

async function openFiles(folder: string): Promise<Map<string, DatasetFile>> {
  const files = new Map<string, DatasetFile>()
  for (const path of await adapterConfigs()) {
    const text = await readFile(path, 'utf8')
    const config = withLongRules(JSON.parse(text))
    const copy = join(folder, basename(path))
    await writeFile(copy, text)
    const csv = await createCsvFile(join(folder, config.csv!.files), config.csv!.encoding, config.csv!.delimiter)
    files.set(config.dataset, await datasetFile(config, copy, csv))
  }
  return files
}

type Written = Omit<Config, 'mapping'> & { mapping: Record<string, string | Rule> }

/** Our own configs need no check here, and reading them as the adapter does would double the memory that a city takes. */
const withLongRules = ({ mapping, ...rest }: Written): Config => {
  const rules = Object.entries(mapping).map(([at, rule]) => [at, typeof rule === 'string' ? { column: rule } : rule])
  return { ...rest, mapping: Object.fromEntries(rules) }
}

/** The sample adapters' configs, one for each dataset of the city. */
async function adapterConfigs(): Promise<string[]> {
  const names = await readdir(adapters)
  return names.sort().map(name => join(adapters, name))
}

async function datasetFile({ dataset, ...rules }: Config, config: string, csv: CsvFile): Promise<DatasetFile> {
  const { columns, rowOf }: RowExport = rowExportOf({ dataset, ...rules })
  const badRows: BadRow[] = []
  await csv.add(columns.map(column => column.name))
  return {
    dataset,
    config,
    csv,
    badRows,
    write: record => csv.add(rowOf(record)),
    spoil: async record => {
      const { row, column } = spoiledRow(rowOf(record), columns, badRows.length)
      await csv.add(row)
      badRows.push({ dataset, line: csv.lines(), column: column.name, pointer: column.pointer })
    },
  }
}
