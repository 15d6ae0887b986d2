/**
 * Looks every few seconds at the topics that are read. Kafka tells a consumer nothing when a topic is deleted and made anew,
 * and what waits on a partition that does not move can be seen from outside alone.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place, TopicLog } from '../../contract/kafka.ts'
import { datasetIdOf, topicOf } from '../catalogue/dataset.ts'
import type { Hub } from '../hub.ts'
import { readStood } from './offset-store.ts'
import { goOn, type Stood } from './position.ts'

export type Logs = ReadonlyMap<string, TopicLog>
export type TopicWatch = { stop(): Promise<void> }

/** Milliseconds: one request to each broker, and one statement, every so often. */
const every = 2_000

/** `readNow` are the topics that the running consumer was started with; `restart` is called where they are others by now. */
export function watchTopics(hub: Hub, watched: { readNow: () => Logs; restart: () => void }): TopicWatch {
  const stopping = new AbortController()
  const look = async () => {
    const logs = await readLogs(hub)
    const places = placesOf(logs)
    const stood = await readStood(hub.pool, places)
    measureLag(hub, logs, stood)
    if (isOther(watched.readNow(), logs) || places.some(place => isBroken(place, logs, stood))) watched.restart()
  }
  const keepLooking = async () => {
    while (!stopping.signal.aborted) {
      await look().catch(error => hub.log.debug({ err: error }, 'topics could not be looked at; trying again'))
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = keepLooking()
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

/** The topics of all datasets that exist. */
export const readLogs = (hub: Hub): Promise<Logs> =>
  hub.broker.logs(hub.catalogue.datasets().map(({ id }) => topicOf(id)))

/** Of each place that can be read now, by topic. */
export const placesOf = (logs: Logs): Place[] =>
  [...logs].flatMap(([topic, { partitions }]) => [...partitions.keys()].map(partition => ({ topic, partition })))

const isOther = (before: Logs, now: Logs) =>
  before.size !== now.size || [...now].some(([topic, { id }]) => !before.has(topic) || before.get(topic)?.id !== id)

function isBroken({ topic, partition }: Place, logs: Logs, stood: Map<string, Stood>): boolean {
  const log = logs.get(topic)!
  const found = stood.get(`${topic}/${partition}`)
  return found !== undefined && goOn(found, { ...log.partitions.get(partition)!, id: log.id }).broken !== undefined
}

function measureLag({ metrics }: Hub, logs: Logs, stood: Map<string, Stood>): void {
  metrics.ingestLag.reset()
  for (const [topic, { partitions }] of logs) {
    for (const [partition, { start, end }] of partitions) {
      const next = stood.get(`${topic}/${partition}`)?.next ?? 0
      metrics.ingestLag.set({ dataset: datasetIdOf(topic), partition }, Math.max(0, end - Math.max(next, start)))
    }
  }
}
