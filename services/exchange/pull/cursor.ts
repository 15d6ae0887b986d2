/**
 * The cursor of a pull names the record that the page ended with: its key may lie outside of what was agreed (a claim tells
 * no key, a range of data leaves records out). So it is sealed, and opens only for the department, dataset and subject that
 * it was made for. AES-256-GCM: what was not sealed here does not open.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Subject } from '../../contract/subject.ts'

/** Owner of the page. */
export type PageOf = { department: string; dataset: string; subject: Subject }

const cipher = 'aes-256-gcm'
export const ivBytes = 12
const tagBytes = 16

/** Longest cursor of a key of 200 characters, each of 4 bytes at most, in base64url. */
export const cursorLengthMax = Math.ceil(((ivBytes + 200 * 4 + tagBytes) * 4) / 3)

/** `iv`: 12 random bytes, never used twice. */
export function sealCursor(key: Buffer, iv: Buffer, page: PageOf, recordKey: string): string {
  const sealing = createCipheriv(cipher, key, iv).setAAD(boundTo(page))
  const sealed = Buffer.concat([sealing.update(recordKey, 'utf8'), sealing.final()])
  return Buffer.concat([iv, sealed, sealing.getAuthTag()]).toString('base64url')
}

/** The key of the record that the page before ended with, or undefined where the cursor is not one of this list. */
export function openCursor(key: Buffer, page: PageOf, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length < ivBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
  opening.setAAD(boundTo(page)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([opening.update(bytes.subarray(ivBytes, -tagBytes)), opening.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const boundTo = ({ department, dataset, subject }: PageOf): Buffer =>
  Buffer.from(JSON.stringify([department, dataset, subject.type, subject.id]))
