/** The limits of a consent, and the end of any right, hold between two exchange processes on one database, while both are pulled at. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type AttackedHub, consentTo, openAttackedHub, pullOf } from '../support/attacked-hub.ts'
import { must } from '../support/city-department.ts'
import type { Answer } from '../support/exchange.ts'
import { type ExchangeProcess, startExchangeProcess } from '../support/exchange-process.ts'
import { parsedEntries } from '../support/packed-log.ts'

let hub: AttackedHub
let processes: [ExchangeProcess, ExchangeProcess]

beforeAll(async () => {
  hub = await openAttackedHub()
  const quiet = { DATARUN_INGEST: 'false' }
  processes = [await startExchangeProcess(hub, quiet), await startExchangeProcess(hub, quiet)]
  await must(hub.call('POST', `/v1/consents/${hub.consent}/withdraw`, 'alice'))
})
afterAll(async () => {
  for (const one of processes ?? []) await one.stop()
  await hub?.close()
})

const pullAt = (n: number): Promise<Answer> =>
  processes[n % 2]!.call('POST', '/v1/pulls', `${hub.user}/registry`, pullOf(hub))
const codeOf = ({ status, body, text }: Answer): string => (status === 200 ? 'PERMIT' : (body?.code ?? text))

/** A consent of its own for each race, and how it stands afterwards. */
async function give(limits: object): Promise<string> {
  const body = consentTo(hub.user, hub.dataset, hub.purpose, limits)
  return String((await must(hub.call('POST', '/v1/consents', 'alice', body))).body.id)
}
const step = (noun: 'consents' | 'agreements', id: string, name: string, as: string, body?: object) =>
  must(processes[0].call('POST', `/v1/${noun}/${id}/${name}`, as, body))

/** By the access log: how many pulls were permitted on this consent. */
async function loggedUses(consent: string): Promise<number> {
  type Pull = { decision: string; content: { results: { basis?: { consent?: string } }[] } }
  const pulls = await parsedEntries<Pull>(hub.database.pool, 'pull')
  return pulls.filter(
    ({ decision, content }) => decision === 'permit' && content.results[0]?.basis?.consent === consent,
  ).length
}

describe('32 pulls at once on two processes', () => {
  const limits: [what: string, limits: object, most: number, otherwise: string][] = [
    ['a consent for one use', { uses: 1 }, 1, 'CONSENT_USED_UP'],
    ['a consent for five uses', { uses: 5 }, 5, 'CONSENT_USED_UP'],
    ['three uses a year', { frequency: { uses: 3, per: 'year' } }, 3, 'CONSENT_TOO_FREQUENT'],
    ['the stricter of uses and frequency', { uses: 9, frequency: { uses: 4, per: 'year' } }, 4, 'CONSENT_TOO_FREQUENT'],
  ]
  test.each(limits)('win %s exactly as often as it allows, five times over', async (_what, limit, most, otherwise) => {
    for (let round = 0; round < 5; round += 1) {
      const consent = await give(limit)
      const answers = await Promise.all(Array.from({ length: 32 }, (_, n) => pullAt(n)))
      const refused = Array<string>(32 - most).fill(otherwise)
      expect(answers.map(codeOf).toSorted()).toEqual([...refused, ...Array(most).fill('PERMIT')].toSorted())
      expect(await loggedUses(consent)).toBe(most)
      // The next round begins without this one; what is used up is over anyway.
      await processes[1].call('POST', `/v1/consents/${consent}/withdraw`, 'alice')
    }
  })
})

describe('while both processes are pulled at without a pause', () => {
  /** Eight pullers go on until each has begun four pulls after the step was confirmed; those are returned. */
  async function pullsBegunAfter(confirming: () => Promise<unknown>): Promise<string[]> {
    let confirmed = false
    const pullers = Array.from({ length: 8 }, async (_, n) => {
      const late: string[] = []
      while (late.length < 4) {
        const isLate = confirmed
        const code = codeOf(await pullAt(n))
        if (isLate) late.push(code)
      }
      return late
    })
    await confirming().finally(() => {
      confirmed = true
    })
    return (await Promise.all(pullers)).flat()
  }
  const source = () => `${hub.source}/registry`
  const reason = { reason: '核查使用情况' }

  const steps: [what: string, code: string, limits: object, take: (consent: string) => Promise<unknown>][] = [
    ['a withdrawal', 'CONSENT_WITHDRAWN', {}, id => step('consents', id, 'withdraw', 'alice')],
    ['a withdrawal', 'CONSENT_WITHDRAWN', { uses: 100_000 }, id => step('consents', id, 'withdraw', 'alice')],
    ['a pause', 'CONSENT_PAUSED', {}, id => step('consents', id, 'pause', 'alice')],
    ['a suspension', 'AGREEMENT_SUSPENDED', {}, () => step('agreements', hub.agreement, 'suspend', source(), reason)],
    ['the end', 'AGREEMENT_TERMINATED', {}, () => step('agreements', hub.agreement, 'terminate', source(), reason)],
  ]
  test.each(steps)('no pull begun after %s was confirmed succeeds: %s %j', async (_what, code, limits, take) => {
    const consent = await give(limits)
    expect([codeOf(await pullAt(0)), codeOf(await pullAt(1))]).toEqual(['PERMIT', 'PERMIT'])
    const late = await pullsBegunAfter(() => take(consent))
    expect(late).toEqual(Array(32).fill(code))
    if (code === 'AGREEMENT_SUSPENDED') await step('agreements', hub.agreement, 'resume', source(), {})
    if (code !== 'CONSENT_WITHDRAWN') await step('consents', consent, 'withdraw', 'alice')
  })
})
