/** Whether the issuers that the hub trusts can be reached: without their keys nobody new comes in. */
import type { Role } from '../../../contract/role.ts'
import type { Issuer } from '../../platform/identity/issuer.ts'

export type IssuerState = {
  issuer: string
  roles: Role[]
  departments: string[]
  state: 'ready' | 'failing'
  keys: number
}

const patience = 3_000

export const lookAtIssuers = (issuers: readonly Issuer[]): Promise<IssuerState[]> => Promise.all(issuers.map(lookAt))

async function lookAt({ issuer, jwksUrl, roles, departments }: Issuer): Promise<IssuerState> {
  const keys = await readKeys(jwksUrl).catch(() => [])
  const bound = { issuer, roles: [...roles], departments: [...departments] }
  return { ...bound, state: keys.length > 0 ? 'ready' : 'failing', keys: keys.length }
}

async function readKeys(address: string): Promise<unknown[]> {
  const response = await fetch(address, { signal: AbortSignal.timeout(patience) })
  const body = (await response.json()) as { keys?: unknown }
  return response.ok && Array.isArray(body.keys) ? body.keys : []
}
