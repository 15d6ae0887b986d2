/** The sample agreements: asked for by each receiving department's system, answered by each source's steward. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from '../../contract/canonical-json.ts'
import type { City } from './city.ts'

type Sample = JsonObject & { dataset: string; receiver: string; purposes: string[] }
type SharedAgreement = { id: string; dataset: string; department: string; purpose: string; state: string }

/** Working agreements last until then in the sample city. */
const validUntil = '2030-12-31T15:59:59Z'

/** Makes those that do not stand yet; returns how many stand now. */
export async function agree(city: City, told: (dataset: string) => void): Promise<number> {
  const text = await readFile(join(city.schemas, 'agreements.json'), 'utf8')
  const samples = JSON.parse(text) as Sample[]
  const standing = new Map<string, Set<string>>()
  for (const { receiver, purposes, ...stated } of samples) {
    const known = standing.get(receiver) ?? (await standingOf(city, receiver))
    standing.set(receiver, known)
    if (!known.has(`${stated.dataset} ${purposes[0]}`)) {
      await agreeOn(city, receiver, { ...stated, purpose: purposes[0]!, validUntil })
    }
    told(stated.dataset)
  }
  return samples.length
}

async function standingOf(city: City, receiver: string): Promise<Set<string>> {
  const hub = await city.as(city.windowOf(receiver))
  const { items } = await hub.must<{ items: SharedAgreement[] }>('GET', '/v1/agreements?limit=200')
  const active = items.filter(({ department, state }) => department === receiver && state === 'active')
  return new Set(active.map(({ dataset, purpose }) => `${dataset} ${purpose}`))
}

async function agreeOn(city: City, receiver: string, request: JsonObject & { dataset: string }): Promise<void> {
  const asking = await city.as(city.windowOf(receiver))
  const { id } = await asking.must<SharedAgreement>('POST', '/v1/agreements', request)
  const answering = await city.asSteward(request.dataset.split('.')[0]!)
  const { state } = await answering.must<SharedAgreement>('POST', `/v1/agreements/${id}/approve`, {})
  if (state === 'approved') await answering.must('POST', `/v1/agreements/${id}/provide`, {})
}
