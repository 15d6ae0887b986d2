/** A schema reader at a test hub, as the operator makes one for a Kafka UI. */
import { must } from './city-department.ts'
import type { TestHub } from './exchange.ts'

export type TestReader = { id: string; address: string; secret: string }

export async function registerReader(hub: TestHub, department: string, name: string, topics = false) {
  const address = `/v1/departments/${department}/readers/${name}`
  await must(hub.call('PUT', address, 'hub/operator', { title: { zh: '读取程序', en: 'A Kafka UI' }, topics }))
  const { body } = await must(hub.call('POST', `${address}/secret`, 'hub/operator'))
  return { id: body.id as string, secret: body.secret as string, address }
}

export const basicOf = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

/** At the token endpoint, the secret in the form, as Kafbat UI sends it. */
export async function askAsReader(issuer: string, id: string, secret: string) {
  const body = `grant_type=client_credentials&client_id=${encodeURIComponent(id)}&client_secret=${secret}`
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers, body })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}

export async function tokenOfReader(hub: TestHub, { id, secret }: Pick<TestReader, 'id' | 'secret'>) {
  const { status, body } = await askAsReader(hub.issuer.issuer, id, secret)
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return String(body.access_token)
}
