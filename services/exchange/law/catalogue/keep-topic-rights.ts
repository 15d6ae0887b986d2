/**
 * Keeps Kafka to what the catalogue says: each change of a department's systems or datasets goes alone, and Kafka first. Its
 * rules are idempotent and useless without a token, so if the transaction then fails nothing was given away.
 */
import { lockName } from '../../../postgres/lock-name.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { listDatasetIds } from './catalogue-store.ts'
import type { Dataset } from './dataset.ts'
import type { System } from './department.ts'
import { listDepartments, listSystems } from './department-store.ts'
import type { CatalogueNeeds } from './needs.ts'
import { topicRightsOf } from './topic-rights.ts'

/** Of two changes side by side Kafka could keep what the one says, and the hub what the other does. */
const lockTopics = (tx: Transaction, department: string) => lockName(tx, `topics of ${department}`)

/** For a system that is about to be stored. */
export async function keepTopicsOfSystem(needs: CatalogueNeeds, tx: Transaction, system: System): Promise<void> {
  await lockTopics(tx, system.department)
  const datasets = await listDatasetIds(tx, system.department)
  await needs.broker.keepRights(system.id, system.department, topicRightsOf(system, datasets))
}

/** For a dataset that is about to be stored: its topics, and the rights of its department's systems. */
export async function keepTopicsOfDataset(
  needs: CatalogueNeeds,
  tx: Transaction,
  { id, department }: Dataset,
): Promise<void> {
  await lockTopics(tx, department)
  await needs.broker.prepareDataset(id)
  const datasets = await listDatasetIds(tx, department)
  await keepRights(needs, department, await listSystems(tx, department), [...new Set([...datasets, id])])
}

async function keepRights({ broker }: CatalogueNeeds, department: string, systems: System[], datasets: string[]) {
  for (const system of systems) await broker.keepRights(system.id, department, topicRightsOf(system, datasets))
}

const againAfter = 5_000

/**
 * Once at the start, in the background, until it is done: rules that an earlier version of the hub made, or that a Kafka made
 * anew does not have.
 */
export function startTopicRights(needs: CatalogueNeeds): { stop(): Promise<void> } {
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  const keepAll = async () => {
    for (const { id } of await listDepartments(needs.pool)) {
      if (stopping) return
      await inTransaction(needs.pool, async tx => {
        await lockTopics(tx, id)
        await keepRights(needs, id, await listSystems(tx, id), await listDatasetIds(tx, id))
      })
    }
  }
  const run = () => {
    running = keepAll().catch(error => {
      needs.log.warn({ err: error }, 'rights on Kafka’s topics could not be checked; retrying')
      if (!stopping) timer = setTimeout(run, againAfter).unref()
    })
  }
  let running = Promise.resolve()
  run()
  return {
    stop: async () => {
      stopping = true
      clearTimeout(timer)
      await running
    },
  }
}
