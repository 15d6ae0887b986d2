import { expect, test } from '@jest/globals'
import { digestOf, isSecretOf, writeReaderSecret } from '../../../services/contract/reader-secret.ts'
import { countWrongGuesses } from '../../../services/contract/wrong-guesses.ts'

test('twenty wrong secrets in a minute are heard, from one address for one name; the next minute begins anew', () => {
  let at = new Date('2026-11-30T08:00:10Z')
  const guesses = countWrongGuesses(() => at)
  for (let n = 0; n < 20; n += 1) {
    expect(guesses.areTooMany('192.0.2.1', 'hub/readers/ui')).toBe(false)
    guesses.count('192.0.2.1', 'hub/readers/ui')
  }
  expect(guesses.areTooMany('192.0.2.1', 'hub/readers/ui')).toBe(true)
  expect(guesses.areTooMany('192.0.2.2', 'hub/readers/ui')).toBe(false)
  expect(guesses.areTooMany('192.0.2.1', 'hub/readers/other')).toBe(false)
  at = new Date('2026-11-30T08:01:00Z')
  expect(guesses.areTooMany('192.0.2.1', 'hub/readers/ui')).toBe(false)
})

test('a secret fits its own digest, and no other secret and no missing digest does', () => {
  const [one, two] = [writeReaderSecret(Buffer.alloc(32, 1)), writeReaderSecret(Buffer.alloc(32, 2))]
  expect(isSecretOf(digestOf(one), one)).toBe(true)
  expect(isSecretOf(digestOf(one), two)).toBe(false)
  expect(isSecretOf(undefined, one)).toBe(false)
  expect(isSecretOf(undefined, '')).toBe(false)
})
