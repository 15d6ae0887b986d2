/** The walls of the house, read from the imports: who may know whom, and who alone may use which library. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from '@jest/globals'

const services = join(import.meta.dirname, '../services')

type Import = { file: string; target: string }

/** Every import of every source file under services/, relative ones as paths from services/. */
async function readImports(): Promise<Import[]> {
  const files = (await readdir(services, { recursive: true })).filter(
    file => file.endsWith('.ts') && !file.startsWith('console/') && !file.includes('node_modules'),
  )
  const found = await Promise.all(
    files.map(async file => {
      const source = await readFile(join(services, file), 'utf8')
      return [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target]) => ({
        file,
        target: target!.startsWith('.') ? normalize(join(dirname(file), target!)) : target!,
      }))
    }),
  )
  return found.flat()
}

const imports = await readImports()
const within = (room: string) => imports.filter(({ file }) => file.startsWith(`${room}/`))
const breaches = (found: Import[]) => found.map(({ file, target }) => `${file} imports ${target}`)
const isOurs = (target: string) =>
  /^(adapter|auditor|cli|client|console|contract|exchange|identity|local)\//.test(target)

test('contract imports nothing of ours but itself', () => {
  expect(
    breaches(within('contract').filter(({ target }) => isOurs(target) && !target.startsWith('contract/'))),
  ).toEqual([])
})

test('an adapter knows the contract and nothing of the hub', () => {
  expect(
    breaches(within('adapter').filter(({ target }) => isOurs(target) && !/^(adapter|contract)\//.test(target))),
  ).toEqual([])
})

test('the exchange knows the contract and no other room', () => {
  expect(
    breaches(within('exchange').filter(({ target }) => isOurs(target) && !/^(exchange|contract)\//.test(target))),
  ).toEqual([])
})

test('identity knows the contract and how to reach the database, and no more', () => {
  expect(
    breaches(
      within('identity').filter(
        ({ target }) => isOurs(target) && !/^(identity\/|contract\/|exchange\/database\/)/.test(target),
      ),
    ),
  ).toEqual([])
})

test('the auditor shares nothing with the writer but canonical JSON', () => {
  const shared = within('auditor').filter(({ target }) => isOurs(target) && !target.startsWith('auditor/'))
  expect(breaches(shared.filter(({ target }) => target !== 'contract/canonical-json.ts'))).toEqual([])
})

test('only contract/kafka.ts and its neighbours know the Kafka client, and nobody else knows these', () => {
  const isKafka = (path: string) => /^contract\/kafka(-\w+)?\.ts$/.test(path)
  const loose = imports.filter(({ target, file }) => target === 'kafkajs' && !isKafka(file))
  const around = imports.filter(
    ({ target, file }) => isKafka(target) && target !== 'contract/kafka.ts' && !file.startsWith('contract/'),
  )
  expect(breaches([...loose, ...around])).toEqual([])
})

test('SQL stands in stores, and only transaction.ts begins and commits', async () => {
  const files = (await readdir(join(services, 'exchange'), { recursive: true })).filter(file => file.endsWith('.ts'))
  const loose: string[] = []
  for (const file of files) {
    const source = await readFile(join(services, 'exchange', file), 'utf8')
    const speaksSql = /[`'](select|insert into|update|delete from)\s/.test(source)
    if (speaksSql && !file.endsWith('-store.ts') && !file.startsWith('database/') && file !== 'rooms.ts')
      loose.push(file)
    if (/query\('(begin|commit)'/.test(source) && file !== 'database/transaction.ts') loose.push(file)
  }
  expect(loose).toEqual([])
})

test('the environment is read in main.ts alone', async () => {
  const files = (await readdir(services, { recursive: true })).filter(
    file => file.endsWith('.ts') && !file.startsWith('console/') && !file.includes('node_modules'),
  )
  const readers: string[] = []
  for (const file of files) {
    const code = (await readFile(join(services, file), 'utf8')).replaceAll(/\/\*[\s\S]*?\*\//g, '')
    if (code.includes('process.env')) readers.push(file)
  }
  expect(readers.filter(file => !file.endsWith('main.ts') && !file.startsWith('local/'))).toEqual([])
})

test('what is depended on at run time is used: a package that nothing imports is only something to attack', async () => {
  const { dependencies } = JSON.parse(await readFile(join(services, '../package.json'), 'utf8'))
  const files = (await readdir(services, { recursive: true })).filter(file => /\.(ts|vue)$/.test(file))
  const sources = await Promise.all(files.map(file => readFile(join(services, file), 'utf8')))
  const packages = /['`]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'`]*)?['`]/g
  const used = new Set(sources.flatMap(source => [...source.matchAll(packages)].map(([, name]) => name)))
  expect(Object.keys(dependencies).filter(name => !used.has(name))).toEqual([])
})
