/** An access log for tests: a throw-away key, checkpoints in a temporary folder. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import type { AccessLog } from '../../services/exchange/access-log/access-log.ts'
import { openCheckpointFile, readCheckpointNotes } from '../../services/exchange/access-log/checkpoint-file.ts'
import { type AccessLogOptions, createAccessLog } from '../../services/exchange/access-log/create-access-log.ts'
import { createSigner, generateNoteKey } from '../../services/exchange/access-log/note.ts'

export const testOrigin = 'hub.test/access-log'

export type TestAccessLog = {
  accessLog: AccessLog
  /** What a second process of the same hub is made with. */
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
    ...more,
  }
  return {
    accessLog: createAccessLog(options),
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
