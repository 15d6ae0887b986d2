/** A hub's access log on a database of its own, served over HTTP, and an auditor who holds what it has published. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { readHeldCheckpoints } from '../../services/auditor/held.ts'
import { type Checkpoint, readKey, type Trust } from '../../services/auditor/note.ts'
import { addressSource } from '../../services/auditor/source.ts'
import { type LogToVerify, verifyLog } from '../../services/auditor/verify-log.ts'
import { createTestAccessLog, type TestAccessLog } from './access-log.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { pullDraft } from './log-drafts.ts'
import { type LogServer, openLogServer } from './log-server.ts'

export type AuditedLog = {
  database: TestDatabase
  log: TestAccessLog
  server: LogServer
  trust: Trust
  /** An empty directory, removed at the end. */
  folder: string
  /** The checkpoints published so far. */
  held: () => Checkpoint[]
  /** Appends pulls in batches of these sizes. */
  append: (...batches: number[]) => Promise<void>
  /** Runs SQL as PostgreSQL's superuser, with triggers and foreign keys switched off: nothing in a database is forbidden. */
  asSuperuser: (sql: string, values?: unknown[]) => Promise<pg.QueryResult>
  /** Recomputes the log over HTTP with an auditor's token, holding every checkpoint published so far or `held`. */
  verify: (more?: Partial<LogToVerify>) => ReturnType<typeof verifyLog>
  close: () => Promise<void>
}

export async function openAuditedLog(): Promise<AuditedLog> {
  const database = await createDatabase()
  const log = createTestAccessLog(database.pool)
  const server = await openLogServer(database.pool, log.accessLog)
  const folder = mkdtempSync(join(tmpdir(), 'datarun-auditor-'))
  const superuser = new pg.Client({ connectionString: database.superuserUrl })
  await superuser.connect()
  await superuser.query('set session_replication_role = replica')
  const trust = { keys: [readKey(log.verifierKey)!], witnesses: 0 }
  const held = () => {
    const notes = log.checkpoints().join('\n')
    return notes === '' ? [] : readHeldCheckpoints(notes, trust)
  }
  let appended = 0
  return {
    database,
    log,
    server,
    trust,
    folder,
    held,
    async append(...batches) {
      for (const count of batches) {
        await log.accessLog.commitWith(async (_, record) => {
          for (let i = 0; i < count; i += 1) record(pullDraft(appended++))
        })
      }
    },
    asSuperuser: (sql, values) => superuser.query(sql, values),
    verify: more =>
      verifyLog({
        source: addressSource(server.address, () => 'auditor'),
        trust,
        held: held(),
        readEntries: true,
        ...more,
      }),
    async close() {
      await superuser.end()
      server.app.server.closeAllConnections()
      await server.app.close()
      log.close()
      await database.drop()
      rmSync(folder, { recursive: true })
    },
  }
}
