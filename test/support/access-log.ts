/**
 * An access log for tests: a throw-away key, checkpoints in a temporary folder. Whatever a room records is held against the
 * schemas of schemas/access-log/, and a test that writes anything else fails.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import type { AccessLog, Draft } from '../../services/exchange/log/append/access-log.ts'
import { type AccessLogOptions, createAccessLog } from '../../services/exchange/log/append/create-access-log.ts'
import { prepareEntry, sealEntry } from '../../services/exchange/log/append/entry.ts'
import { openCheckpointFile, readCheckpointNotes } from '../../services/exchange/log/keeping/checkpoint-file.ts'
import { createSigner, generateNoteKey } from '../../services/exchange/log/tree/note.ts'
import { entryViolations } from './entry-schemas.ts'

export const testOrigin = 'hub.test/access-log'

export type TestAccessLog = {
  accessLog: AccessLog
  /** Options for a second process of the same hub. */
  options: AccessLogOptions
  verifierKey: string
  signingKey: string
  checkpointFile: string
  /** The checkpoints published so far, oldest first. */
  checkpoints: () => string[]
  close: () => void
}

export function createTestAccessLog(pool: pg.Pool, more: Partial<AccessLogOptions> = {}): TestAccessLog {
  const { signingKey, verifierKey } = generateNoteKey(testOrigin)
  const folder = mkdtempSync(join(tmpdir(), 'datarun-access-log-'))
  const checkpointFile = join(folder, 'checkpoints.txt')
  const file = openCheckpointFile(checkpointFile)
  const options: AccessLogOptions = {
    pool,
    signer: createSigner(signingKey),
    origin: testOrigin,
    now: () => new Date(),
    random: randomBytes,
    sinks: [file.keep],
    verifySinks: file.verify,
    // A test's own clock stands in another time than PostgreSQL's, and may be set back.
    ...(more.now && { clockSkew: 200 * 365 * 86_400_000 }),
    ...more,
  }
  return {
    accessLog: checked(createAccessLog(options), more.now !== undefined),
    options,
    verifierKey,
    signingKey,
    checkpointFile,
    checkpoints: () => readCheckpointNotes(readFileSync(checkpointFile, 'utf8')),
    close() {
      file.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const checked = (log: AccessLog, mayGoBack: boolean): AccessLog => ({
  ...log,
  commitWith: (work, options) =>
    log.commitWith(
      (tx, record, more) => {
        const checkedRecord = (draft: Draft) => {
          checkDraft(draft)
          record(draft)
        }
        return work(tx, checkedRecord, more)
      },
      { ...(mayGoBack && { anewFrom: 'clock' }), ...options },
    ),
})

function checkDraft(draft: Draft): void {
  const entry = JSON.parse(sealEntry(prepareEntry(draft), 0, new Date(0), Buffer.alloc(16)))
  const violations = entryViolations(entry)
  if (violations.length > 0) throw new Error(`this is no ${draft.kind} entry:\n${violations.join('\n')}`)
}
