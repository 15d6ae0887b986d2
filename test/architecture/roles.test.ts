/** A file's name says what it may do: action, store, routes or rules. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { importsOf, readSources, services } from './imports.ts'
import { roleOf } from './layout.ts'

const sources = await readSources()
const ofHub = sources.filter(({ file }) => /^exchange\/(views|pull|records|law|log|platform)\//.test(file))

/** Statements as they begin a text: `select …`, `insert into …`, and `with … as (` too. */
const sql =
  /[`']\s*(?:select\s|insert into\s|update\s+\w+\s+set\s|delete from\s|with\s+(?:recursive\s+)?\w+\s+(?:\([^)]*\)\s+)?as\s+(?:materialized\s+)?\()/

test('SQL stands in stores, and in postgres/ where it is of no room', () => {
  const loose = sources.filter(
    ({ file, code }) => /^(exchange|identity)\//.test(file) && roleOf(file) !== 'store' && sql.test(code),
  )
  expect(loose.map(({ file }) => file)).toEqual([])
})

test('the search for SQL finds every kind of statement, in either kind of quotes', () => {
  for (const text of [
    "'select 1'",
    '`\nwith a as (select 1)',
    '`insert into b',
    "'update c set d = 1'",
    '`delete from e',
  ])
    expect([text, sql.test(text)]).toEqual([text, true])
  for (const text of ["'with the key'", "'select'", "'updates come'"])
    expect([text, sql.test(text)]).toEqual([text, false])
})

const transaction = /\binTransaction\(|\.commitWith\(/

test('only actions open a transaction', () => {
  const loose = ofHub.filter(({ file, code }) => transaction.test(code) && !['action', 'page'].includes(roleOf(file)))
  expect(loose.map(({ file }) => file)).toEqual([])
})

test('only postgres/transaction.ts begins and commits', () => {
  const loose = sources.filter(
    ({ file, code }) => /'(begin|commit|rollback)'/.test(code) && file.startsWith('exchange/'),
  )
  expect(loose.map(({ file }) => file)).toEqual([])
})

/** The interface of the log names what its callers hand over. */
const interfaces = ['exchange/log/append/access-log.ts']

test('rules are pure: they know no pool, transaction or store', () => {
  const rules = ofHub.filter(
    ({ file }) => roleOf(file) === 'rules' && !file.endsWith('/needs.ts') && !interfaces.includes(file),
  )
  const impure = rules
    .flatMap(importsOf)
    .filter(({ target }) => /-store\.ts$|^postgres\/(pool|transaction)\.ts$/.test(target))
  expect(impure.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('the environment is read in main.ts alone', () => {
  const readers = sources.filter(({ code }) => code.includes('process.env')).map(({ file }) => file)
  expect(readers.filter(file => !file.endsWith('main.ts') && !file.startsWith('local/'))).toEqual([])
})

test('a package that is depended on at run time is imported: another one is only something to attack', async () => {
  const { dependencies } = JSON.parse(await readFile(join(services, '../package.json'), 'utf8'))
  const files = (await readdir(services, { recursive: true })).filter(file => /\.(ts|vue)$/.test(file))
  const texts = await Promise.all(files.map(file => readFile(join(services, file), 'utf8')))
  const packages = /['`]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'`]*)?['`]/g
  const used = new Set(texts.flatMap(text => [...text.matchAll(packages)].map(([, name]) => name)))
  expect(Object.keys(dependencies).filter(name => !used.has(name))).toEqual([])
})
