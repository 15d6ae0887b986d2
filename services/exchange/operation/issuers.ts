/** Whether the issuers that the hub trusts can be reached: without their keys nobody new comes in. */
import type { Issuer } from '../settings.ts'

export type IssuerState = { issuer: string; state: 'ready' | 'failing'; keys: number }

const patience = 3_000

export const lookAtIssuers = (issuers: readonly Issuer[]): Promise<IssuerState[]> => Promise.all(issuers.map(lookAt))

async function lookAt({ issuer, jwksUrl }: Issuer): Promise<IssuerState> {
  const keys = await readKeys(jwksUrl).catch(() => [])
  return { issuer, state: keys.length > 0 ? 'ready' : 'failing', keys: keys.length }
}

async function readKeys(address: string): Promise<unknown[]> {
  const response = await fetch(address, { signal: AbortSignal.timeout(patience) })
  const body = (await response.json()) as { keys?: unknown }
  return response.ok && Array.isArray(body.keys) ? body.keys : []
}
