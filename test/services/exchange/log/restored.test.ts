/** Keeps out: a hub that is started on an older backup and signs a second history over the one it has signed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AccessLog } from '../../../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../../../services/exchange/log/append/create-access-log.ts'
import { headsOf } from '../../../../services/exchange/log/append/find-lost-head.ts'
import { readCheckpointNotes } from '../../../../services/exchange/log/keeping/checkpoint-file.ts'
import { LogUnavailable } from '../../../../services/exchange/log/tree/log-unavailable.ts'
import { createVerifier } from '../../../../services/exchange/log/tree/note.ts'
import { type AuditedLog, openAuditedLog } from '../../../support/audited-log.ts'
import { pullDraft } from '../../../support/log-drafts.ts'
import { openLogServer } from '../../../support/log-server.ts'
import { parsedEntries } from '../../../support/packed-log.ts'

let audited: AuditedLog
beforeAll(async () => {
  audited = await openAuditedLog()
})
afterAll(() => audited.close())

/** The hub as it starts anew on what the database holds now. */
function restarted(): AccessLog {
  const { options, checkpoints, verifierKey } = audited.log
  const notes = readCheckpointNotes(`${checkpoints().join('\n')}\n`)
  return createAccessLog({ ...options, kept: headsOf(notes, options.origin, [createVerifier(verifierKey)]) })
}
const append = (log: AccessLog, count: number) =>
  log.commitWith(async (_, record) => {
    for (let i = 0; i < count; i += 1) record(pullDraft(i))
  })

type Head = { size: number; edge: Buffer; checkpoint: string }
const backUp = async () =>
  (await audited.asSuperuser('select size, edge, checkpoint from access_log_head')).rows[0] as Head
async function restore({ size, edge, checkpoint }: Head) {
  await audited.asSuperuser('update access_log_head set size = $1, edge = $2, checkpoint = $3', [
    size,
    edge,
    checkpoint,
  ])
  await audited.asSuperuser('delete from access_log_batch where first >= $1', [size])
  await audited.asSuperuser('delete from access_log_continuation where index >= $1', [size])
}
const accept = async (accessLog: AccessLog) => {
  const server = await openLogServer(audited.database.pool, accessLog)
  const answer = await server.call('POST', '/v1/access-log/continuations', 'operator', {
    step: 'restore',
    reason: '恢复备份',
  })
  await server.app.close()
  return answer
}

test('a log that is shorter, or another, than what was kept is not extended until an operator gives the rest up, each time anew', async () => {
  await append(restarted(), 40)
  const backup = await backUp()
  await append(restarted(), 20)
  expect((await accept(restarted())).json()).toMatchObject({ code: 'STATE_CONFLICT' })
  await restore(backup)

  const shorter = restarted()
  await expect(append(shorter, 1)).rejects.toBeInstanceOf(LogUnavailable)
  await expect(shorter.verifyHead()).rejects.toThrow('does not hold the log of size 61')
  const accepted = await accept(shorter)
  expect(accepted.json()).toMatchObject({ step: 'restore', index: 40, givenUp: { size: 61 } })
  await append(shorter, 30)
  await shorter.verifyHead()
  await append(restarted(), 1)
  const [noted] = await parsedEntries(audited.database.pool, 'continuation')
  expect(noted).toMatchObject({ index: 40 })
  expect(noted!.content).toMatchObject({ step: 'restore', from: 40, givenUp: { size: 61 } })

  // A backup of after the act holds the act: what was lost since then is another loss.
  const later = await backUp()
  await append(restarted(), 20)
  await restore(later)
  await expect(append(restarted(), 1)).rejects.toBeInstanceOf(LogUnavailable)

  await restore(backup)
  await expect(append(restarted(), 1)).rejects.toBeInstanceOf(LogUnavailable)
})

test('as long, or longer, with another history is found out too', async () => {
  const { log } = audited
  const forked = createAccessLog({ ...log.options, sinks: [] })
  await append(forked, 100)
  await expect(append(restarted(), 1)).rejects.toBeInstanceOf(LogUnavailable)
})
