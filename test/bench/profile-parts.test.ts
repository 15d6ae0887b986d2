import { expect, test } from '@jest/globals'
import { partOf, timeByPart } from '../../bench/profile/parts.ts'

const frame = (functionName: string, url = '') => ({ functionName, url })
const ours = (path: string, functionName = 'work') => frame(functionName, `file:///repo/services/${path}`)
const library = (path: string) => frame('work', `file:///repo/node_modules/${path}`)
const root = frame('(root)')

test('a sample belongs to the innermost code of ours or of a library, and what Node does to whoever called it', () => {
  const stack = (...frames: ReturnType<typeof frame>[]) => partOf([...frames, root])
  expect(stack(ours('exchange/decision/decide.ts'), ours('exchange/pull/pull-batch.ts'))).toBe('decision')
  expect(stack(frame('emit', 'node:events'), library('pg/lib/client.js'), ours('exchange/pull/pull-batch.ts'))).toBe(
    "PostgreSQL's client",
  )
  expect(stack(frame('toString', 'node:buffer'), library('kafkajs/src/protocol/decoder.js'))).toBe("Kafka's client")
  expect(stack(frame('utf8Slice'), frame('parserOnIncoming', 'node:_http_server'))).toBe('HTTP')
  expect(stack(frame('validate12'), ours('exchange/http/server.ts'))).toBe('schemas (compiled)')
  expect(stack(frame('runMicrotasks'))).toBe('Node itself')
})

test('writing to sockets is told apart by whose it is, clearing memory is a part, and waiting is none', () => {
  expect(partOf([frame('writev'), frame('uncork', 'node:net'), library('pg/lib/query.js'), root])).toBe(
    "PostgreSQL's client: writing to sockets",
  )
  expect(partOf([frame('(garbage collector)'), ours('exchange/decision/decide.ts'), root])).toBe('clearing memory')
  expect(partOf([frame('(idle)'), root])).toBeUndefined()
})

test('times of the same part are added, the largest part comes first, waiting is left out', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: root, children: [2, 3, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: ours('exchange/decision/decide.ts'), children: [4] },
      { id: 4, callFrame: library('pg/lib/query.js') },
      { id: 5, callFrame: ours('exchange/decision/permit.ts') },
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [9_000, 100, 150, 200],
  }
  expect(timeByPart(profile)).toEqual([
    ['decision', 300],
    ["PostgreSQL's client", 150],
  ])
})
