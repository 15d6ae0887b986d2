/**
 * Compares holders' names in the departments' records with those in the city's register of names, and tells the source's
 * steward where they differ. Off unless a register is set. It walks through the registry in small batches, each a short
 * transaction of its own that locks nothing but its position, so that neither intake nor pulls wait for it.
 */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import { readBehind, readValidBodies } from '../registry/passing-store.ts'
import { differing, holdersIn } from './holder.ts'
import { forgetOthers, lockPosition, movePosition, type Position, storeDifferences } from './name-check-store.ts'
import type { NameCheckNeeds } from './needs.ts'

/** Records of a batch, and batches of a round: 10,000 records a minute, and 20 of the largest at a time. */
const pace = { records: 20, batches: 500 }
const everyMinute = 60_000

type NameHub = Pick<NameCheckNeeds, 'pool' | 'log' | 'catalogue'>
type Type = Dataset['subjects'][number]['type']
/** `type`: whom the register is of. `datasets`: those that name such holders, by id. */
type Plan = { register: Dataset; type: Type; datasets: Dataset[] }

/** At once, and every minute from the end of one round to the next; any number of processes take turns. */
export function startNameCheck(needs: NameHub, register: string): { stop(): Promise<void> } {
  if (register === '') return { stop: async () => {} }
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  const round = async () => {
    await checkNames(needs, register, { ...pace, stopping: () => stopping }).catch(error =>
      needs.log.warn({ err: error }, 'holders’ names could not be compared; retrying'),
    )
    if (!stopping) timer = setTimeout(next, everyMinute).unref()
  }
  const next = () => {
    running = round()
  }
  let running = round()
  return {
    stop: async () => {
      stopping = true
      clearTimeout(timer)
      await running
    },
  }
}

type Round = typeof pace & { stopping?: () => boolean }

/** One round: ends after so many batches, or once the last record of the last dataset is compared. */
export async function checkNames(needs: NameHub, registerId: string, round: Round): Promise<void> {
  const plan = planOf(needs.catalogue.datasets(), registerId)
  if (!plan) {
    needs.log.warn({ register: registerId }, 'the register of names is not in the catalogue, or names no holder there')
    return
  }
  for (let batch = 0; batch < round.batches && !round.stopping?.(); batch += 1) {
    const more = await inTransaction(needs.pool, tx => checkBatch(tx, plan, round.records))
    if (!more) return
  }
}

function planOf(datasets: readonly Dataset[], registerId: string): Plan | undefined {
  const register = datasets.find(({ id }) => id === registerId)
  const type = register?.subjects.find(({ name }) => name !== undefined)?.type
  if (!register || !type) return undefined
  const isCompared = ({ id, subjects }: Dataset) =>
    id !== registerId && subjects.some(subject => subject.type === type && subject.name !== undefined)
  return { register, type, datasets: datasets.filter(isCompared).toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

const start = { dataset: '', key: '' }

/** False where nothing is behind it: the next batch begins anew. */
async function checkBatch(tx: Transaction, plan: Plan, records: number): Promise<boolean> {
  const position = await lockPosition(tx)
  if (!position) return false
  const at = Math.max(
    0,
    plan.datasets.findIndex(({ id }) => id >= position.dataset),
  )
  const dataset = plan.datasets[at]
  const from = dataset && { dataset: dataset.id, key: dataset.id === position.dataset ? position.key : '' }
  const end = from && (await compareBehind(tx, plan, dataset, { from, records }))
  const next = end === undefined ? plan.datasets[at + 1] : dataset
  await movePosition(tx, next ? { dataset: next.id, key: end ?? '' } : start)
  if (!next)
    await forgetOthers(
      tx,
      plan.datasets.map(({ id }) => id),
    )
  return next !== undefined
}

/** Key of the last record compared; undefined where these were the last ones of the dataset. */
async function compareBehind(
  tx: Transaction,
  plan: Plan,
  dataset: Dataset,
  { from, records }: { from: Position; records: number },
) {
  const batch = await readBehind(tx, from, records)
  const end = batch.length < records ? undefined : batch.at(-1)!.key
  const holders = batch.filter(isInForce).map(({ key, version, body }) => {
    return { key, version, holders: holdersIn(body, dataset, plan.type) }
  })
  const names = await namesOf(tx, plan, [...new Set(holders.flatMap(one => one.holders.map(({ id }) => id)))])
  const found = holders.flatMap(({ key, version, holders: named }) =>
    differing(named, names).map(({ field }) => ({ key, version, field })),
  )
  await storeDifferences(tx, from, end, found)
  return end
}

/** An expired record may well name its holder as they were called then. */
const isInForce = ({ status }: { status: string }) => status === 'valid' || status === 'suspended'

async function namesOf(tx: Transaction, { register, type }: Plan, ids: readonly string[]) {
  const bodies: JsonObject[] = ids.length > 0 ? await readValidBodies(tx, register.id, { type, ids }) : []
  const names = new Map<string, string[]>()
  for (const { id, name } of bodies.flatMap(body => holdersIn(body, register, type)))
    names.set(id, [...(names.get(id) ?? []), name])
  return names
}
