import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, type Json } from '../../../../../services/contract/canonical-json.ts'
import { type Draft, entryKinds } from '../../../../../services/exchange/log/append/access-log.ts'
import { prepareEntry, sealEntry } from '../../../../../services/exchange/log/append/entry.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { pullDraft, refusedDraft } from '../../../../support/log-drafts.ts'

const folder = new URL('../../../../../schemas/access-log/', import.meta.url)
const at = new Date('2026-03-01T00:00:00.000Z')
const sealed = (draft: Draft, index = 5) => sealEntry(prepareEntry(draft), index, at, Buffer.alloc(16, 7))

test('every kind of entry has its schema, and there is none besides', () => {
  const files = readdirSync(folder).filter(name => name.endsWith('.schema.json'))
  const wanted = ['entry', ...entryKinds].map(kind => `${kind}.schema.json`)
  expect(files.toSorted()).toEqual(wanted.toSorted())
  const entry = JSON.parse(readFileSync(new URL('entry.schema.json', folder), 'utf8'))
  expect(entry.properties.kind.enum.toSorted()).toEqual([...entryKinds].toSorted())
})

test('every kind is written by some room', () => {
  const rooms = new URL('../../../../../services/exchange/', import.meta.url).pathname
  const sources = globSync('**/*.ts', { cwd: rooms }).map(path => readFileSync(join(rooms, path), 'utf8'))
  const written = (kind: string) => sources.some(source => source.includes(`kind: '${kind}'`))
  expect(entryKinds.filter(kind => !written(kind))).toEqual([])
})

test('an entry is canonical JSON, whatever its parts hold', () => {
  const text = fc.string({ unit: 'binary' })
  const draft = fc.record(
    {
      kind: fc.constantFrom(...entryKinds),
      caller: text,
      decision: fc.constantFrom('permit' as const, 'refuse' as const),
      content: fc.dictionary(text, fc.jsonValue()) as fc.Arbitrary<Draft['content']>,
      department: text,
      official: text,
      case: text,
      matter: text,
      code: text,
      reference: text,
      confidentialUntil: text,
      datasets: fc.array(text),
      about: fc.array(fc.record({ type: fc.constant('person' as const), id: text })),
    },
    { requiredKeys: ['kind', 'caller', 'decision', 'content'] },
  )
  fc.assert(
    fc.property(draft, fc.nat(), (wanted, index) => {
      const entry = sealed(wanted as Draft, index)
      expect(canonicalJson(JSON.parse(entry) as Json)).toBe(entry)
      expect(JSON.parse(entry).index).toBe(index)
    }),
  )
})

test('what tests write as pulls is what the schema of pulls says', () => {
  expect(entryViolations(JSON.parse(sealed(pullDraft())))).toEqual([])
  expect(entryViolations(JSON.parse(sealed(refusedDraft())))).toEqual([])
})

test('what departs from the schemas is named with its place', () => {
  const stranger = { ...pullDraft(), content: { ...pullDraft().content, data: 1 } }
  expect(entryViolations(JSON.parse(sealed(stranger)))[0]).toContain(
    'pull.schema.json: the whole must NOT have additional',
  )
  const { code: _, ...unexplained } = refusedDraft()
  expect(entryViolations(JSON.parse(sealed(unexplained))).join()).toContain("must have required property 'code'")
})
