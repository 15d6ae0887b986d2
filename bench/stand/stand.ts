/** The stand for measurements of the hub: the stack as `npm start` has it, the sample catalogue, filled registries. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { applyCatalogue, readCatalogueFolder } from '../../services/client/catalogue-folder.ts'
import { createTokenSource } from '../../services/contract/token-source.ts'
import type { Child } from '../../services/local/child.ts'
import { repository } from '../../services/local/places.ts'
import { freePort } from '../../services/local/ports.ts'
import { startService } from '../../services/local/processes.ts'
import { removeStack, type Stack, startStack } from '../../services/local/stack.ts'
import { audience, exchangeFlags, exchangeSettings } from '../../services/local/stack-settings.ts'
import { agree } from '../../services/local/story/agree.ts'
import { openCity } from '../../services/local/story/city.ts'
import { samplePeople } from '../../services/local/story/people.ts'
import { prepareFilling } from './fill-store.ts'

export type Stand = {
  stack: Stack
  directory: string
  /** As the owner of the tables. */
  database: pg.Pool
  /** An access token of a system of the sample city. */
  tokenOf(system: string): Promise<string>
  /** The hub's processes, for what they cost: exchange and PostgreSQL. */
  pids(): Record<string, number>
  startPeer(name: Peer, settings?: Record<string, string>): Promise<{ address: string; child: Child }>
  /** One more process of the hub on the same database; its address. */
  startReplica(flags?: readonly string[]): Promise<{ hub: string; child: Child }>
  close(): Promise<void>
}

/** The programs of bench/peers. */
type Peer = 'bare' | 'audited' | 'door' | 'ways'

/** `postgres`: further settings of PostgreSQL. */
export async function openStand(postgres: Record<string, string> = {}): Promise<Stand> {
  const directory = await mkdtemp(join(tmpdir(), 'datarun-bench-'))
  const { departments } = await readCatalogueFolder(join(repository, 'schemas'))
  const peopleFile = join(directory, 'people.json')
  await writeFile(peopleFile, JSON.stringify(samplePeople(departments)))
  const stack = await startStack({ directory, peopleFile, exchange: limits, postgres })
  const stop = async () => {
    await stack.stop()
    await removeStack(directory)
  }
  try {
    return await furnish(stack, directory, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function furnish(stack: Stack, directory: string, stop: () => Promise<void>): Promise<Stand> {
  await registerCity(stack)
  const database = new pg.Pool({ connectionString: stack.ownerUrl, max: 2 })
  await prepareFilling(database)
  const peers: Child[] = []
  return {
    stack,
    directory,
    database,
    tokenOf: async system => {
      const { privateKey } = await stack.keys.of(system)
      return createTokenSource({ issuer: stack.issuer, clientId: system, privateKey, audience }).token()
    },
    pids: () => ({ exchange: stack.parts.exchange.pid!, PostgreSQL: stack.parts.postgres.pid! }),
    startPeer: async (name, settings = {}) => {
      const peer = await startPeer(name, stack, directory, settings)
      peers.push(peer.child)
      return peer
    },
    startReplica: async (flags = exchangeFlags) => {
      const replica = await startReplica(stack, directory, flags)
      peers.push(replica.child)
      return replica
    },
    close: async () => {
      for (const peer of peers) await peer.stop()
      await database.end()
      await stop()
    },
  }
}

/** One token makes all the calls here. */
const limits = { DATARUN_REQUESTS_PER_MINUTE: '10000000' }

async function registerCity(stack: Stack): Promise<void> {
  const city = await openCity(stack)
  const operator = await city.as('hub/operator')
  await applyCatalogue(operator, city.catalogue, async system => (await stack.keys.of(system)).publicKeys)
  await agree(city, () => {})
}

async function startReplica(stack: Stack, directory: string, flags: readonly string[]) {
  const hub = `http://127.0.0.1:${await freePort()}`
  const settings = await exchangeSettings({ ...stack, hub }, stack.url, stack.brokers)
  const plan = { name: 'replica', script: 'services/exchange/main.ts', directory, flags }
  const child = await startService({ ...plan, settings: { ...settings, ...limits }, readyUrl: `${hub}/readyz` })
  return { hub, child }
}

async function startPeer(name: Peer, stack: Stack, directory: string, settings: Record<string, string>) {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const child = await startService({
    name,
    script: `bench/peers/${name}.ts`,
    directory,
    settings: { DATABASE_URL: stack.url, PORT: String(port), ...settings },
    readyUrl: `${address}/healthz`,
  })
  return { address, child }
}
