import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { compileEventRules } from '../../../../services/adapter/event.ts'
import { isFailure } from '../../../../services/contract/failure.ts'
import { compileSchema } from '../../../../services/json-schema/validation.ts'
import { buildCity } from '../../../../services/local/city/city.ts'
import { spoiledDataset, writeCity } from '../../../../services/local/city/write-city.ts'
import { datasetNamed, departments } from '../../../schemas/sample-catalogue.ts'
import { configAt, type ReadRow, readBack, withFolder } from './written-city.ts'

const options = { people: 300, seed: 5 }

const validate = compileSchema(datasetNamed(spoiledDataset)!.schema)
if (isFailure(validate)) throw new Error(validate.detail)
const problemsOf = (row: ReadRow) => ('record' in row ? (validate(row.record) ?? []) : row.problems)

describe('the files of a city', () => {
  test('hold, read by the adapter’s mapping, exactly the records of the city', async () => {
    await withFolder(async folder => {
      const { configs, counts } = await writeCity(folder, options)
      const expected = Map.groupBy(buildCity(options).records(), record => record.dataset)
      expect(configs.length).toBe(expected.size)
      for (const path of configs) {
        const config = await configAt(path)
        const { rows } = await readBack(folder, config)
        const records = expected.get(config.dataset)!
        expect(rows.map(row => 'record' in row && row.record)).toEqual(records.map(({ data }) => data))
        expect(counts[config.dataset]).toBe(records.length)
      }
    })
  })

  test('say in their own columns what happened to each record, and when', async () => {
    await withFolder(async folder => {
      const { configs } = await writeCity(folder, options)
      for (const path of configs) {
        const config = await configAt(path)
        const { header } = await readBack(folder, config)
        const needed = Object.values(compileEventRules(config.event).columns)
        expect(needed.filter(column => !header.includes(column))).toEqual([])
        expect(needed.length).toBe(3)
      }
    })
  })

  test('are the same, byte for byte, for the same seed', async () => {
    await withFolder(async one => {
      await withFolder(async other => {
        await writeCity(one, options)
        await writeCity(other, options)
        for (const name of await readdir(one)) {
          expect([name, await readFile(join(one, name))]).toEqual([name, await readFile(join(other, name))])
        }
      })
    })
  })

  test('are each department’s own: names of columns in Chinese, several encodings, delimiters and ways to write a date', async () => {
    await withFolder(async folder => {
      const { configs } = await writeCity(folder, options)
      const all = await Promise.all(configs.map(configAt))
      const foreign = all.filter(config => config.csv!.encoding === 'gb18030')
      expect(new Set(foreign.map(config => config.dataset.split('.')[0])).size).toBeGreaterThanOrEqual(2)
      for (const config of all) {
        const bytes = await readFile(join(folder, config.csv!.files))
        const header = new TextDecoder(config.csv!.encoding ?? 'utf-8', { fatal: true }).decode(bytes).split('\r\n')[0]!
        expect(header).toMatch(/^[\p{Script=Han}A-Z,;|]+$/u)
      }
      const formats = all.flatMap(config => Object.values(config.mapping!).flatMap(rule => rule.date ?? []))
      expect(new Set(formats).size).toBeGreaterThanOrEqual(5)
    })
  })

  test('come from systems that the catalogue knows', async () => {
    await withFolder(async folder => {
      const { configs } = await writeCity(folder, { people: 11, seed: 1 })
      const systems = departments.flatMap(department => department.systems.map(system => system.id))
      for (const path of configs) expect(systems).toContain((await configAt(path)).system)
    })
  })

  test('have bad rows where asked for, at the lines told, and nowhere else', async () => {
    await withFolder(async folder => {
      const { badRows, configs, counts } = await writeCity(folder, { ...options, badRows: 3 })
      expect(badRows.map(({ dataset, line, pointer }) => [dataset, line, pointer])).toEqual([
        [spoiledDataset, 3, '/holderA/id'],
        [spoiledDataset, 5, '/registeredOn'],
        [spoiledDataset, 7, '/holderA/name'],
      ])
      const config = await configAt(configs.find(path => path.includes(spoiledDataset))!)
      const { rows, header } = await readBack(folder, config)
      expect(rows.length).toBe(counts[spoiledDataset]! + 3)
      for (const { column } of badRows) expect(header).toContain(column)
      expect(rows.flatMap(row => problemsOf(row).map(({ pointer }) => [row.line, pointer]))).toEqual(
        badRows.map(({ line, pointer }) => [line, pointer]),
      )
    })
  })
})

test('a city of 40,000 is written within a heap that could not hold it', async () => {
  await withFolder(async folder => {
    const module = pathToFileURL(resolve(import.meta.dirname, '../../../../services/local/city/write-city.ts'))
    const script = `
      const { writeCity } = await import('${module}')
      const { counts } = await writeCity(process.argv[1], { people: 40_000, seed: 1 })
      console.log(Object.values(counts).reduce((sum, count) => sum + count))`
    const limits = ['--max-old-space-size=24', '--max-semi-space-size=2', '--input-type=module', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, [...limits, folder])
    expect(Number(stdout)).toBeGreaterThan(120_000)
  })
})
