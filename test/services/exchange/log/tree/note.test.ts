import { expect, test } from '@jest/globals'
import {
  createSigner,
  createVerifier,
  generateNoteKey,
  openNote,
  signNote,
} from '../../../../../services/exchange/log/tree/note.ts'

// Key, text and note of the documentation of Go's golang.org/x/mod/sumdb/note.
const goSigningKey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const goVerifierKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const goText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const goNote = `${goText}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

test('a key and a note made by Go are read, and the same note is made from them', () => {
  const signer = createSigner(goSigningKey)
  expect(signer.verifierKey).toBe(goVerifierKey)
  expect(signNote(goText, [signer])).toBe(goNote)
  expect(openNote(goNote, [createVerifier(goVerifierKey)])).toBe(goText)
})

test('a new key’s verifier key holds the type byte of Ed25519 and opens what the key signs', () => {
  const { signingKey, verifierKey } = generateNoteKey('hub.test/log')
  const [name, id, key] = verifierKey.split('+')
  expect(name).toBe('hub.test/log')
  expect(id).toMatch(/^[0-9a-f]{8}$/)
  expect(Buffer.from(key!, 'base64')[0]).toBe(1)
  const note = signNote('text\n', [createSigner(signingKey)])
  expect(openNote(note, [createVerifier(verifierKey)])).toBe('text\n')
})

test('a note opens only with a known key, ignores unknown ones, and not with one flipped bit', () => {
  const [mine, other] = [generateNoteKey('a.test'), generateNoteKey('b.test')]
  const note = signNote('text\n', [createSigner(other.signingKey), createSigner(mine.signingKey)])
  expect(openNote(note, [createVerifier(mine.verifierKey)])).toBe('text\n')
  expect(openNote(note, [createVerifier(generateNoteKey('a.test').verifierKey)])).toBeUndefined()
  expect(openNote(note.replace('text', 'tent'), [createVerifier(mine.verifierKey)])).toBeUndefined()
  expect(openNote('text\n', [createVerifier(mine.verifierKey)])).toBeUndefined()
})

test.each([
  '',
  'PRIVATE+KEY+x',
  goSigningKey.replace('c74f20a3', 'c74f20a4'),
  goSigningKey.slice(0, -4),
  goSigningKey.replace('PeterNeumann', 'Peter Neumann'),
])('what is no signing key is refused without being repeated (%#)', text => {
  let message = ''
  try {
    createSigner(text)
  } catch (error) {
    message = (error as Error).message
  }
  expect(message).toMatch(/signing key/)
  expect(message).not.toContain('AYEKFALV')
})
