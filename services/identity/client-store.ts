/** The systems and schema readers registered at the hub are the issuer's clients. Read for every token: one made inactive gets no more. */
import type { ClientMetadata, JWKS } from 'oidc-provider'
import type { Role } from '../contract/role.ts'
import type { Queryable } from '../postgres/pool.ts'

export type System = { id: string; department: string; roles: readonly Role[]; jwks: JWKS; dpopRequired: boolean }

export async function findSystem(database: Queryable, id: string): Promise<System | undefined> {
  const { rows } = await database.query<System>(
    'select id, department, roles, jwks, dpop_required as "dpopRequired" from department_system where id = $1 and active',
    [id],
  )
  return rows[0]
}

/**
 * A system as oidc-provider knows it: private_key_jwt and client credentials, nothing else. The curve of a key decides its
 * algorithm; `alg` is left out, since it would let one of the two names of Ed25519 pass alone (RFC 9864).
 */
export const systemClient = ({ id, department, roles, jwks, dpopRequired }: System): ClientMetadata => ({
  client_id: id,
  token_endpoint_auth_method: 'private_key_jwt',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  dpop_bound_access_tokens: dpopRequired,
  jwks: { keys: jwks.keys.map(({ alg: _, ...key }) => key) },
  department,
  roles,
})

export type Reader = { id: string; department: string; digest: Buffer }

/** A schema reader that has a secret. */
export async function findReader(database: Queryable, id: string): Promise<Reader | undefined> {
  const { rows } = await database.query<Reader>(
    'select id, department, secret_digest as digest from schema_reader where id = $1 and secret_digest is not null',
    [id],
  )
  return rows[0]
}

/** Who can sign nothing: by its secret (RFC 6749 §2.3.1, as Basic or in the form) it may become a reader and nothing else. */
export const readerClient = ({ id, department, digest }: Reader): ClientMetadata => ({
  client_id: id,
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  // Its digest, which client-secret.ts compares with: the secret itself is kept nowhere.
  client_secret: digest.toString('hex'),
  department,
  roles: ['reader'],
})
