/** A copy on `.rejected` says why in words, whatever the reason: who reads headers alone saw RECORD_INVALID and nothing more. */
import { expect, test } from '@jest/globals'
import { copyOf } from '../../../../../services/exchange/records/ingest/rejected-copy.ts'
import type { StoredMessage } from '../../../../../services/exchange/records/ingest/stored-message.ts'

const message: StoredMessage = {
  id: 7,
  dataset: 'a.b',
  topic: 'datarun.a.b',
  partition: 0,
  offset: 3,
  code: 'RECORD_INVALID',
  pointer: '/issuedOn',
  detail: null,
  violations: null,
  key: Buffer.from('K-1'),
  headers: {},
  timestamp: 0,
  value: Buffer.from('{}'),
}
const date = { pointer: '/issuedOn', keyword: 'format', message: 'must match format "date"' }
const name = { pointer: '', keyword: 'required', message: "must have required property 'name'" }
const wordsOf = (more: Partial<StoredMessage>) => copyOf({ ...message, ...more }).headers?.datarun_detail

test.each([
  ['its own words', { detail: 'The record is about nobody.' }, 'The record is about nobody.'],
  ['the one violation', { violations: [date] }, '/issuedOn must match format "date"'],
  [
    'the first of several',
    { violations: [date, name] },
    '/issuedOn must match format "date"; 1 more in datarun_violations',
  ],
  ['one of the record as a whole', { violations: [name] }, "The record must have required property 'name'"],
])('the words of a copy are %s', (_what, more, words) => {
  expect(wordsOf(more)).toBe(words)
})
