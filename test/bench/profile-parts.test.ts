import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { partOf, timeByPart } from '../../bench/profile/parts.ts'

const frame = (functionName: string, url = '') => ({ functionName, url })
const ours = (path: string, functionName = 'work') => frame(functionName, `file:///repo/services/${path}`)
const library = (path: string) => frame('work', `file:///repo/node_modules/${path}`)
const root = frame('(root)')

test('a sample belongs to the innermost code of ours or of a library, and what Node does to whoever called it', () => {
  const stack = (...frames: ReturnType<typeof frame>[]) => partOf([...frames, root])
  expect(stack(ours('exchange/law/decision/decide.ts'), ours('exchange/pull/pulls.ts'))).toBe('decision')
  expect(stack(frame('emit', 'node:events'), library('pg/lib/client.js'), ours('exchange/pull/pulls.ts'))).toBe(
    "PostgreSQL's client",
  )
  expect(stack(frame('toString', 'node:buffer'), library('kafkajs/src/protocol/decoder.js'))).toBe("Kafka's client")
  expect(stack(frame('utf8Slice'), frame('parserOnIncoming', 'node:_http_server'))).toBe('HTTP')
  expect(stack(frame('validate12'), ours('exchange/platform/http/server.ts'))).toBe('schemas (compiled)')
  expect(stack(frame('runMicrotasks'))).toBe('Node itself')
})

test('each room of the exchange and each folder below it belongs to the part that it works for', () => {
  const folder = fileURLToPath(new URL('../../services/', import.meta.url))
  const rooms = globSync(['exchange/*/', 'exchange/records/*/', 'kafka', 'postgres'], { cwd: folder })
  const parts = Map.groupBy(rooms.map(name => name.replace(/\/$/, '')).toSorted(), name =>
    partOf([ours(`${name}/x.ts`), root]),
  )
  expect(Object.fromEntries(parts)).toEqual({
    decision: ['exchange/law'],
    HTTP: ['exchange/platform'],
    'log entry, tree and signature': ['exchange/log'],
    pull: ['exchange/pull'],
    'ingest: messages read and checked': ['exchange/records/ingest'],
    'reading and placing records': ['exchange/records/registry'],
    "Kafka's client": ['kafka'],
    "PostgreSQL's client": ['postgres'],
    // Migrations are no code; the others are not on the way of a pull or a record.
    'Node itself': [
      'exchange/migrations',
      'exchange/records',
      'exchange/records/correction',
      'exchange/records/name-check',
      'exchange/records/schemas',
      'exchange/views',
    ],
  })
})

test('writing to sockets is told apart by whose it is, clearing memory is a part, and waiting is none', () => {
  expect(partOf([frame('writev'), frame('uncork', 'node:net'), library('pg/lib/query.js'), root])).toBe(
    "PostgreSQL's client: writing to sockets",
  )
  expect(partOf([frame('(garbage collector)'), ours('exchange/law/decision/decide.ts'), root])).toBe('clearing memory')
  expect(partOf([frame('(idle)'), root])).toBeUndefined()
})

test('times of the same part are added, the largest part comes first, waiting is left out', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: root, children: [2, 3, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: ours('exchange/law/decision/decide.ts'), children: [4] },
      { id: 4, callFrame: library('pg/lib/query.js') },
      { id: 5, callFrame: ours('exchange/law/decision/permit.ts') },
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [9_000, 100, 150, 200],
  }
  expect(timeByPart(profile)).toEqual([
    ['decision', 300],
    ["PostgreSQL's client", 150],
  ])
})
