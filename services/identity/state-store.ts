/** The issuer's memory between requests (its tables: migrations/), in the words of oidc-provider's adapter. */
import { type Adapter, type AdapterPayload, type ClientMetadata, errors } from 'oidc-provider'
import type { Queryable } from '../postgres/pool.ts'
import { UsedBefore } from './client-proof.ts'
import { findReader, findSystem, readerClient, systemClient } from './client-store.ts'

type Row = { payload: AdapterPayload }

/** One adapter per kind of oidc-provider's models; all instances of the issuer share what they keep. */
export function createAdapter(database: Queryable, kind: string, ownClients: readonly ClientMetadata[]): Adapter {
  const adapter = adapterOf(database, kind, ownClients)
  return {
    ...adapter,
    find: async id => (isStorable(id) ? adapter.find(id) : undefined),
    findByUid: async uid => (isStorable(uid) ? adapter.findByUid(uid) : undefined),
  }
}

/** PostgreSQL's text holds no U+0000, so nothing is kept under such an id. */
const isStorable = (id: string) => !id.includes('\0')

function adapterOf(database: Queryable, kind: string, ownClients: readonly ClientMetadata[]): Adapter {
  if (kind === 'Client') {
    const own = (id: string) => ownClients.find(({ client_id }) => client_id === id)
    return { ...keepsNothing, find: async id => own(id) ?? registeredClient(database, id) }
  }
  if (kind === 'ReplayDetection') return { ...keepsNothing, upsert: (id, { exp }) => useOnce(database, id, exp!) }
  return stateOf(database, kind)
}

const nothing = async () => undefined
const keepsNothing: Adapter = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
}

async function registeredClient(database: Queryable, id: string) {
  const system = await findSystem(database, id)
  if (system) return systemClient(system)
  const reader = await findReader(database, id)
  return reader && readerClient(reader)
}

/**
 * oidc-provider would look first and write then, which two instances can do at the same time. The primary key decides
 * instead: whoever comes second is the replay. `expires` in seconds since the epoch.
 */
async function useOnce(database: Queryable, id: string, expires: number) {
  const { rowCount } = await database.query(
    'insert into issuer_assertion (id, expires_at) values ($1, to_timestamp($2)) on conflict do nothing',
    [id, expires],
  )
  if (rowCount === 0) throw new UsedBefore(id)
}

function stateOf(database: Queryable, kind: string): Adapter {
  const findBy = async (condition: string, value: string) => {
    const select = `select payload from issuer_state where kind = $1 and ${condition} and expires_at > now()`
    const { rows } = await database.query<Row>(select, [kind, value])
    return rows[0]?.payload
  }
  return {
    ...keepsNothing,
    find: id => findBy('id = $2', id),
    findByUid: uid => findBy(`payload ->> 'uid' = $2`, uid),
    upsert: (id, payload, lifetime) => keep(database, { kind, id, payload, lifetime: lifetime! }),
    consume: id => consume(database, kind, id),
    destroy: async id => {
      await database.query('delete from issuer_state where kind = $1 and id = $2', [kind, id])
    },
    revokeByGrantId: async grant => {
      await database.query(`delete from issuer_state where kind = $1 and payload ->> 'grantId' = $2`, [kind, grant])
    },
  }
}

/** `lifetime` in seconds. */
type Kept = { kind: string; id: string; payload: AdapterPayload; lifetime: number }

async function keep(database: Queryable, { kind, id, payload, lifetime }: Kept) {
  await database.query(
    `insert into issuer_state (kind, id, payload, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4))
     on conflict (kind, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
    [kind, id, JSON.stringify(payload), lifetime],
  )
}

/** A code is used once, by whichever instance comes first. */
async function consume(database: Queryable, kind: string, id: string) {
  const { rowCount } = await database.query(
    `update issuer_state set payload = payload || jsonb_build_object('consumed', floor(extract(epoch from now())))
     where kind = $1 and id = $2 and not payload ? 'consumed'`,
    [kind, id],
  )
  if (rowCount === 0) throw new errors.InvalidGrant('it was used already')
}

/** Forgets what has expired: assertions that would be refused for their age by now, dead sessions and codes. */
export async function sweep(database: Queryable): Promise<void> {
  await database.query('delete from issuer_assertion where expires_at < now()')
  await database.query('delete from issuer_state where expires_at < now()')
}
