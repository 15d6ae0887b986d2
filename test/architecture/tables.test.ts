/** A table has one owner: its name stands in the stores of one room, and in migrations. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readSources, services } from './imports.ts'

const folders = ['exchange/migrations', 'identity/migrations']

async function tables(): Promise<string[]> {
  const names = await Promise.all(
    folders.map(async folder => (await readdir(join(services, folder))).map(name => join(services, folder, name))),
  )
  const texts = await Promise.all(names.flat().map(name => readFile(name, 'utf8')))
  const made = texts.flatMap(text => [...text.matchAll(/create (?:unlogged )?table (?:if not exists )?(\w+)/g)])
  return [...new Set(made.map(([, name]) => name!))].sort()
}

/** The room of a store: the log is one, as its rooms share one tree of tables. */
const roomOf = (file: string) =>
  file.startsWith('exchange/log/') ? 'exchange/log' : file.slice(0, file.lastIndexOf('/'))

/** Rooms that name a table of another in their own SQL, with the reason. Anything else asks the owner's reader. */
const readers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dataset: { 'exchange/views/figures': 'leaves out datasets that never were' },
  decision_version: {
    'exchange/law/agreement': 'of the agreements’ own snapshot: under READ COMMITTED each statement has another',
  },
  department_system: { identity: 'the clients of the issuer, a process that shares no code with the hub' },
  ingest_offset: { 'exchange/views/figures': 'counts what was taken in, where it is noted' },
  record: {
    'exchange/records/name-check':
      'a finding on a version that was replaced is not told: left out before paging, or pages would be short',
    'exchange/views/repeat-collection': 'values of two datasets are compared inside PostgreSQL and never leave it',
  },
  record_subject: {
    'exchange/views/repeat-collection': 'values of two datasets are compared inside PostgreSQL and never leave it',
  },
  schema_reader: { identity: 'the clients of the issuer, a process that shares no code with the hub' },
}

/** The room in which a table is written. */
const owners = [
  'exchange/law/catalogue',
  'exchange/log',
  'exchange/records/registry',
  'exchange/records/ingest',
  'exchange/records/schemas',
]

test('a table is named by the stores of its owner alone, but for readers that are named here', async () => {
  const stores = (await readSources()).filter(({ file }) => file.endsWith('-store.ts'))
  const strangers: Record<string, string[]> = {}
  for (const table of await tables()) {
    const naming = new RegExp(`(?:from|join|into|update|table)\\s+${table}\\b`, 'i')
    const rooms = [...new Set(stores.filter(({ code }) => naming.test(code)).map(({ file }) => roomOf(file)))]
    if (rooms.length < 2) continue
    const owner = rooms.find(room => owners.includes(room) && !(room in (readers[table] ?? {})))
    strangers[table] = rooms.filter(room => room !== owner).sort()
  }
  const named = Object.entries(readers).map(([table, rooms]) => [table, Object.keys(rooms).sort()])
  expect(strangers).toEqual(Object.fromEntries(named))
})

test('who only reads a table of another does not write it', async () => {
  const stores = (await readSources()).filter(({ file }) => file.endsWith('-store.ts'))
  const writers = Object.entries(readers).flatMap(([table, rooms]) => {
    const writing = new RegExp(`(?:insert into|update|delete from|truncate)\\s+${table}\\b`, 'i')
    return stores
      .filter(({ file, code }) => roomOf(file) in rooms && writing.test(code))
      .map(({ file }) => `${file} writes ${table}`)
  })
  expect(writers).toEqual([])
})
