import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLog } from '../../../../../services/contract/log.ts'
import { openUsedProofs } from '../../../../../services/exchange/platform/identity/open-used-proofs.ts'
import { forgetProofs } from '../../../../../services/exchange/platform/identity/used-proof-store.ts'
import type { Queryable } from '../../../../../services/postgres/pool.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const log = createLog('test', 'silent')
const now = () => new Date(1_800_000_000_000)
const issued = 1_800_000_000
const open = (pool: Queryable = database.pool) => openUsedProofs({ pool: pool as never, log, now })

test('of any uses of any proofs, at once and after each other, on two replicas, each proof has one first use', async () => {
  const replicas = [open(), open()]
  const use = fc.record({ replica: fc.nat({ max: 1 }), key: fc.nat({ max: 1 }), jti: fc.nat({ max: 9 }) })
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(use, { maxLength: 40 }), { maxLength: 3 }), async rounds => {
      run += 1
      const firsts: string[] = []
      for (const uses of rounds) {
        const outcomes = uses.map(async ({ replica, key, jti }) => {
          const proof = { key: `key ${key}`, jti: `${run} ${jti}`, issued }
          if ((await replicas[replica]!.use(proof)) === true) firsts.push(`${key} ${jti}`)
        })
        await Promise.all(outcomes)
      }
      const named = new Set(rounds.flat().map(({ key, jti }) => `${key} ${jti}`))
      expect(firsts.sort()).toEqual([...named].sort())
    }),
    { numRuns: 60 },
  )
  for (const one of replicas) one.close()
})

test('a proof is remembered for two minutes, and then forgotten', async () => {
  const used = open()
  const proof = { key: 'k', jti: 'to be forgotten', issued }
  expect(await used.use(proof)).toBe(true)
  await forgetProofs(database.pool, new Date((issued + 119) * 1000))
  expect(await used.use(proof)).toBe(false)
  await forgetProofs(database.pool, new Date((issued + 121) * 1000))
  expect(await used.use(proof)).toBe(true)
  used.close()
})

test('while PostgreSQL does not answer nobody is let in, and what waits is bounded', async () => {
  let fail: (error: Error) => void = () => {}
  const hanging = () =>
    new Promise((_, reject) => {
      fail = reject
    })
  const used = open({ query: hanging } as unknown as Queryable)
  const waiting = Array.from({ length: 10_002 }, (_, n) => used.use({ key: 'k', jti: String(n), issued }))
  const outcomes = Promise.allSettled(waiting)
  const told = await Promise.race([waiting.at(-1), waiting[9_999]])
  expect(told).toBe('full')
  const stop = setInterval(() => fail(new Error('the server has gone')), 1)
  const settled = await outcomes
  clearInterval(stop)
  expect(settled.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(2)
  expect(settled[0]).toMatchObject({ status: 'rejected' })
  used.close()
})
