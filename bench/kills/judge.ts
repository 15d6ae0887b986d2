/** Whether all that was acknowledged and answered is there, once, after the last kill. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Topics } from '../../services/kafka/kafka.ts'
import type { Queryable } from '../../services/postgres/pool.ts'
import { loggedPulls } from './logged-pulls.ts'

export type Sent = {
  /** Keys of the records that Kafka acknowledged, by dataset. */
  records: Map<string, Set<string>>
  /** Pulls that were answered. */
  pulls: string[]
}
export type Verdict = { lost: number; doubled: number; unlogged: number; stalled: number }

const patience = 120_000

export async function judge(database: Queryable, topics: Topics, { records, pulls }: Sent): Promise<Verdict> {
  const stalled = await untilTakenIn(database, topics, [...records.keys()])
  let lost = 0
  for (const [dataset, keys] of records) lost += keys.size - (await countRecords(database, dataset, [...keys]))
  return {
    lost,
    doubled: await countDoubles(database, [...records.keys()]),
    unlogged: await unlogged(database, pulls),
    stalled,
  }
}

/** Partitions that stand before the end of their log after two minutes. */
async function untilTakenIn(database: Queryable, topics: Topics, datasets: string[]): Promise<number> {
  const deadline = Date.now() + patience
  for (;;) {
    const behind = await countBehind(database, topics, datasets)
    if (behind === 0 || Date.now() > deadline) return behind
    await sleep(500)
  }
}

async function countBehind(database: Queryable, topics: Topics, datasets: string[]): Promise<number> {
  const logs = await topics.read(datasets.map(dataset => `datarun.${dataset}`))
  const text = 'select topic, partition, next_offset as next from ingest_offset'
  const { rows } = await database.query<{ topic: string; partition: number; next: string }>(text)
  const stood = new Map(rows.map(({ topic, partition, next }) => [`${topic}/${partition}`, Number(next)]))
  const isBehind = (topic: string, partition: number, end: number) => (stood.get(`${topic}/${partition}`) ?? 0) < end
  return [...logs].flatMap(([topic, { partitions }]) =>
    [...partitions].filter(([partition, { end }]) => isBehind(topic, partition, end)),
  ).length
}

const countRecords = (database: Queryable, dataset: string, keys: string[]) =>
  countOf(database, 'select count(*) from record where dataset = $1 and key = any($2)', [dataset, keys])

/** Every record has one version, every message one fate, every pull one entry. */
async function countDoubles(database: Queryable, datasets: string[]): Promise<number> {
  const versions = await countOf(database, 'select count(*) from record_history where dataset = any($1)', [datasets])
  const fates = `select count(*) from (select from rejection where dataset = any($1) and code not like 'TOPIC%'
    group by topic, partition, kafka_offset having count(*) > 1) as twice`
  const pulls = await loggedPulls(database)
  return versions + (await countOf(database, fates, [datasets])) + pulls.length - new Set(pulls).size
}

async function unlogged(database: Queryable, pulls: string[]): Promise<number> {
  const logged = new Set(await loggedPulls(database))
  const gaps = 'select coalesce(max(first + size) - sum(size), 0) as count from access_log_batch'
  return pulls.filter(pull => !logged.has(pull)).length + (await countOf(database, gaps, []))
}

const countOf = async (database: Queryable, text: string, values: unknown[]): Promise<number> =>
  Number((await database.query<{ count: string }>(text, values)).rows[0]!.count)
