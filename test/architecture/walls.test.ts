/** The walls of the house: who may know whom. A breach is told as the file and what it imports. */
import { expect, test } from '@jest/globals'
import { findCircle, type Import, importsOf, readSources } from './imports.ts'
import { mayImport, storeyOf, storeys } from './layout.ts'

const sources = await readSources()
const files = new Set(sources.map(({ file }) => file))
const imports = sources.flatMap(importsOf)
const own = imports.filter(({ target }) => files.has(target))
const told = ({ file, target }: Import) => `${file} imports ${target}`

/** Paths of 0.1 that scripts may still name: each only hands on, and goes with 0.3. */
const formerPaths = ['contract/kafka-admin.ts', 'contract/kafka-batch.ts']

test('every file lies in a storey', () => {
  expect([...files].filter(file => storeyOf(file) < 0)).toEqual([])
})

test('imports go down, or stay in their storey', () => {
  const up = own.filter(({ file, target }) => storeyOf(target) < storeyOf(file) && !formerPaths.includes(file))
  const named = ({ file, target }: Import) =>
    `${told({ file, target })}: ${storeys[storeyOf(file)]!.folder} stands below ${storeys[storeyOf(target)]!.folder}`
  expect(up.map(named)).toEqual([])
})

test('no files import each other in a circle, types included', () => {
  const edges = Map.groupBy(own, ({ file }) => file)
  const targets = new Map([...edges].map(([file, found]) => [file, found.map(({ target }) => target)]))
  expect(findCircle(targets)?.join(' → ')).toBeUndefined()
})

test.each(Object.entries(mayImport))('%s knows %s and nothing else of ours', (service, allowed) => {
  const known = ({ target }: Import) => allowed.some(room => target === room || target.startsWith(`${room}/`))
  const foreign = own.filter(found => found.file.startsWith(`${service}/`) && !known(found))
  expect(foreign.map(told)).toEqual([])
})

test('the pull and the rooms that will deliver do not know each other; the exchange knows no other service', () => {
  const others = ['cli', 'local', 'identity', 'adapter', 'client', 'auditor', 'console']
  const foreign = own.filter(
    ({ file, target }) => file.startsWith('exchange/') && others.some(service => target.startsWith(`${service}/`)),
  )
  expect(foreign.map(told)).toEqual([])
})

test('only kafka/ knows the Kafka client, its insides included', () => {
  const loose = sources.filter(({ file, code }) => !file.startsWith('kafka/') && /'kafkajs(\/[^']*)?'/.test(code))
  expect(loose.map(({ file }) => file)).toEqual([])
})

/** Packages of which a part is not exported, or is no module: each place that reads one. */
const requires = ['kafka/own-kafkajs.ts', 'contract/formats/division-code.ts', 'local/postgres-programs.ts']

test('createRequire is used where a package can be read in no other way', () => {
  const users = sources.filter(({ code }) => code.includes('createRequire')).map(({ file }) => file)
  expect(users.filter(file => !requires.some(place => file.startsWith(place)))).toEqual([])
})

test('a circle is found, and told as the path that walks it', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ])
  expect(findCircle(edges)).toEqual(['a', 'b', 'c', 'a'])
  expect(findCircle(new Map([['a', ['b']]]))).toBeUndefined()
})
