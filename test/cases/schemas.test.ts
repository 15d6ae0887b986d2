/** Pairs of schemas from public bug reports: each verdict is the right one, or, of those named here, still undecided. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { checkSchema } from '../../services/json-schema/schema-guard.ts'
import { checkAgainst } from '../../services/schema-compatibility/check.ts'
import type { Mode } from '../../services/schema-compatibility/mode.ts'

const read = (path: string) => JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'))
type Pair = { pair: string; old: JsonObject; new: JsonObject; want: Partial<Record<Mode, string>> }
const single = (pair: string): Pair => ({
  pair,
  old: read(`${pair}/old.json`),
  new: read(`${pair}/new.json`),
  want: { BACKWARD: 'compatible' },
})
const pairs: Pair[] = [
  ...read('d01-schema-pairs/pairs.json'),
  single('d02-one-more-kind-of-eight'),
  single('d04-date-or-month'),
]

/** More than six kinds told apart by a constant are not decided yet. Never the wrong verdict. */
const undecided: string[] = []

describe.each(pairs)('$pair', ({ pair, old, new: next, want }) => {
  test.each(Object.entries(want) as [Mode, string][])('%s: %s', (mode, right) => {
    expect([old, next].flatMap(schema => checkSchema(schema))).toEqual([])
    const { verdict } = checkAgainst([{ version: 1, schema: old }], next, { mode, profile: 'strict' })
    if (right === 'any') return
    expect(verdict).toBe(undecided.includes(pair) ? 'undecided' : right)
  })
})
