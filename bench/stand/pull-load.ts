/** The pull that is measured: one dataset that rests on a consent, or a matter of six proofs, about anybody of the registry. */
import type { LoadPlan } from '../load/plan.ts'
import { fillConsents, fillRecords } from './fill-store.ts'
import { residentId } from './residents.ts'
import type { Stand } from './stand.ts'

export const single = 'civil-affairs.marriage-certificate'
const puller = 'natural-resources/title-office'
export const purpose = 'real-estate-transfer'
const fields = ['/certificateNumber', '/holderA/name', '/holderA/id', '/holderB/name', '/holderB/id', '/registeredOn']

/** `subjects`: so many pulls in one call. */
export type Ask = { dataset?: string; matter?: string; receipt?: false; subjects?: number }

/** Residents `from` to `to` with a certificate each, and a consent to ask for it. */
export async function fillPulled({ database }: Stand, from: number, to: number): Promise<void> {
  const [department] = puller.split('/') as [string]
  await Promise.all([
    fillRecords(database, single, from, to),
    fillConsents(database, { department, purpose, datasets: { [single]: fields } }, from, to),
  ])
}

/** Everybody among the first `size` residents is as likely to be asked about as anybody else. */
export async function pullPlan(
  stand: Stand,
  url: string,
  ask: Ask,
  { size, connections, seconds }: { size: number; connections: number; seconds: number },
): Promise<LoadPlan> {
  const authorization = `Bearer ${await stand.tokenOf(puller)}`
  const headers = { authorization, 'content-type': 'application/json' }
  const { subjects, ...each } = ask
  const pulls = bodiesOf(each, size)
  if (!subjects) return { url, connections, seconds, headers, bodies: pulls }
  const calls = Array.from({ length: pulls.length / subjects }, (_, n) => pulls.slice(n * subjects, (n + 1) * subjects))
  return { url, connections, seconds, headers, subjects, bodies: calls.map(call => `[${call.join(',')}]`) }
}

const bodiesOf = (ask: Omit<Ask, 'subjects'>, size: number): string[] =>
  Array.from({ length: 20_000 }, (_, n) =>
    JSON.stringify({
      ...ask,
      subject: { type: 'person', id: residentId(Math.floor(Math.random() * size)) },
      purpose,
      case: `2026-B-${String(n).padStart(6, '0')}`,
      official: 'u-3381',
    }),
  )
