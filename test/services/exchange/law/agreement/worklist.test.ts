import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { registerAgreementGauges } from '../../../../../services/exchange/law/agreement/measure-agreements.ts'
import { clearance } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { shareRequest } from '../../../../support/share-request.ts'

const office = 'natural-resources/title-office'
const source = 'civil-affairs/steward'

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom('2026-03-02T02:00:00Z')
})
afterAll(() => room?.close())

test('the worklist names what each side has to do, the most urgent first, and metrics count the same', async () => {
  const post = (path: string, who: string, body: object) => room.call('POST', path, who, body)
  const first = await post('/v1/agreements', office, shareRequest())
  room.clock.now = new Date('2026-03-10T02:00:00Z')
  const second = await post('/v1/agreements', office, shareRequest())
  await post(`/v1/agreements/${second.body.id}/supplement`, source, { missing: ['法律依据'] })
  const third = await post('/v1/agreements', office, shareRequest())
  await post(`/v1/agreements/${third.body.id}/extend`, source, { reason: '需会商' })
  room.clock.now = new Date('2026-03-18T02:00:00Z')
  const tasks = async (who: string) =>
    (await room.call('GET', '/v1/worklist', who)).body.items.map(
      ({ agreement, task, clock }: { agreement: string; task: string; clock: { overdue: number } }) => [
        agreement,
        task,
        clock.overdue,
      ],
    )
  expect(await tasks(source)).toEqual([
    [first.body.id, 'reply', 2],
    [third.body.id, 'reply', 0],
  ])
  expect(await tasks(office)).toEqual([[second.body.id, 'supplement', 0]])
  expect(await tasks('operator')).toEqual([[third.body.id, 'answer-extension', 0]])
  expect(await tasks('taxation/steward')).toEqual([])
  const { registry } = room.hub.metrics
  registerAgreementGauges({ registry, pool: room.hub.pool, now: room.hub.now })
  const metrics = await registry.metrics()
  expect(metrics).toContain('datarun_agreement_open{source="civil-affairs",duty="reply"} 3')
  expect(metrics).toContain('datarun_agreement_overdue{source="civil-affairs",duty="reply"} 1')
  expect(metrics).toContain('datarun_agreement_overdue_workdays{source="civil-affairs",duty="reply"} 2')
  expect(metrics).toContain('datarun_agreement_remaining_workdays{source="civil-affairs",duty="reply"} 0')
  const dueEnds = Date.parse('2026-03-17T00:00:00+08:00') / 1000
  expect(metrics).toContain(
    `datarun_agreement_next_due_timestamp_seconds{source="civil-affairs",duty="reply"} ${dueEnds}`,
  )
})

test('where no clock runs, none is shown to be due', async () => {
  const before = room.clock.now
  room.clock.now = new Date('2026-05-06T02:00:00Z')
  const asked = shareRequest({ dataset: clearance.id })
  const { body } = await room.call('POST', '/v1/agreements', office, asked)
  const path = `/v1/agreements/${body.id}/supplement`
  await room.call('POST', path, 'taxation/steward', { missing: ['法律依据'] })
  const metrics = await room.hub.metrics.registry.metrics()
  expect(metrics).toContain('datarun_agreement_open{source="taxation",duty="reply"} 1')
  expect(metrics).not.toMatch(/datarun_agreement_(remaining|next)\S*\{source="taxation"/)
  room.clock.now = before
})
