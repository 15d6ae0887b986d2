/** Where the console is looked at: a local stack with the story told, and something to do for everyone. */
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect } from '@jest/globals'
import { protagonists } from '../../../services/local/city/protagonists.ts'
import { removeDirectory } from '../../../services/local/places.ts'
import type { Stack } from '../../../services/local/stack.ts'
import { start } from '../../../services/local/start.ts'
import { type City, openCity } from '../../../services/local/story/city.ts'
import { seller } from '../../../services/local/story/people.ts'
import { testBrowser, type Visit, visit } from '../../support/browser.ts'
import { temporaryHome } from '../../support/temporary-home.ts'

/** `request`: a share request between two departments that others have no business with. */
type Stage = { stack: Stack; city: City; folder: string; request: string }

let opened: Stage | undefined
const silent = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream

export function stage(): Stage {
  if (!opened) throw new Error('The stage is not open yet')
  return opened
}

export async function openStage(): Promise<void> {
  const folder = await temporaryHome()
  const { stack } = await start({
    people: 60,
    shortLived: true,
    directory: folder,
    output: silent,
    onFailure: () => {},
  })
  const city = await openCity(stack)
  opened = { stack, city, folder, request: '' }
  const [request] = await Promise.all([
    askForMarriages(city),
    askForConsent(city),
    representSeller(city),
    proposeChange(city),
    testBrowser(),
  ])
  opened.request = request
}

export async function closeStage(): Promise<void> {
  await (await testBrowser().catch(() => undefined))?.close()
  if (!opened) return
  await opened.stack.stop()
  await removeDirectory(join(opened.folder, 'stack'))
}

/** A share request that waits for the steward of civil affairs. */
async function askForMarriages(city: City): Promise<string> {
  const asking = await city.as(city.windowOf('education'))
  const asked = await asking.must<{ id: string }>('POST', '/v1/agreements', {
    dataset: certificate,
    purpose: 'school-enrolment',
    validUntil: new Date(Date.now() + 86_400_000 * 30).toISOString(),
    fields: [{ pointer: '/certificateNumber', use: 'read' }],
    basis: { type: 'consent' },
    scenario: { zh: '核验监护关系', en: 'Checking guardianship' },
    method: 'service-interface',
  })
  return asked.id
}

export const certificate = 'civil-affairs.marriage-certificate'
const inDays = (days: number) => new Date(Date.now() + 86_400_000 * days).toISOString()

/** A consent that the seller is asked for and has not answered. */
async function askForConsent(city: City) {
  const office = await city.as('natural-resources/title-office')
  await office.must('POST', '/v1/consents', {
    subject: { type: 'person', id: seller.id },
    purpose: 'real-estate-transfer',
    datasets: [{ dataset: certificate, fields: ['/certificateNumber'] }],
    validUntil: inDays(20),
  })
}

async function representSeller(city: City) {
  const steward = await city.asSteward('civil-affairs')
  await steward.must('POST', '/v1/representations', {
    kind: 'power-of-attorney',
    subject: { type: 'person', id: seller.id },
    representative: { type: 'person', id: protagonists['enterprise-establishment'].id },
    validUntil: inDays(300),
    evidence: 'counter 7, file 12',
  })
}

/** A change of the catalogue that waits for the authority. */
async function proposeChange(city: City) {
  const steward = await city.asSteward('taxation')
  const { id, ...entry } = await steward.must<{ id: string }>('GET', '/v1/datasets/taxation.tax-clearance')
  await steward.must('PUT', `/v1/datasets/${id}`, { ...entry, updateCycle: 'weekly' })
}

/** Runs one person's visit and fails with whatever the browser complained of. */
export async function during(look: Parameters<typeof visit>[1], journey: (guest: Visit) => Promise<void>) {
  const guest = await visit(stage().stack.hub, look)
  try {
    await journey(guest)
    expect(guest.complaints).toEqual([])
  } finally {
    await guest.close()
  }
}
