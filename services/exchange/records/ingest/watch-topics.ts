/**
 * Looks every few seconds at the topics that are read. Kafka tells a consumer nothing when a topic is deleted and made anew,
 * and what waits on a partition that does not move can be seen from outside alone.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { datasetIdOf, topicOf } from '../../../contract/topic.ts'
import type { Place } from '../../../kafka/kafka.ts'
import { measure } from './intake-metrics.ts'
import type { IngestNeeds } from './needs.ts'
import { readStood } from './offset-store.ts'
import { goOn, type Stood } from './position.ts'
import { type Logs, lookAgain, type StuckPartition, stoodFor, type Waiting } from './standstill.ts'

export type TopicWatch = {
  /** Partitions that stand still, as seen at the last look. */
  standing(): readonly StuckPartition[]
  /** At this offset of the partition stands what cannot be unpacked. */
  stopped(place: Place, offset: number): void
  stop(): Promise<void>
}

export type Watched = {
  /** The topics that the running consumer was started with. */
  readNow: () => Logs
  /** Called where they are others by now. */
  restart: () => void
  /** Seconds after which a partition that does not move though messages wait stands still. */
  patience: number
}

/** Milliseconds: one request to each broker, and one statement, every so often. */
const every = 2_000

export function watchTopics(needs: IngestNeeds, watched: Watched): TopicWatch {
  const stopping = new AbortController()
  const unreadable = new Map<string, number>()
  const waiting = new Map<string, Waiting>()
  const missing = new Map<string, number>()
  let standing: readonly StuckPartition[] = []
  const look = async () => {
    const logs = await readLogs(needs)
    const places = placesOf(logs)
    const stood = await readStood(needs.pool, places)
    const now = needs.now().getTime()
    for (const place of places) lookAt(place, logs, stood, now)
    for (const topic of topicsOf(needs)) keep(missing, topic, logs.has(topic) ? undefined : (missing.get(topic) ?? now))
    standing = [...whatStands(places, now), ...whatIsMissing(now)]
    measure(needs, { logs, stood, waiting, standing, now })
    if (isOther(watched.readNow(), logs) || places.some(place => isBroken(place, logs, stood))) watched.restart()
  }
  const lookAt = ({ topic, partition }: Place, logs: Logs, stood: Map<string, Stood>, now: number) => {
    const name = `${topic}/${partition}`
    const { start, end } = logs.get(topic)!.partitions.get(partition)!
    const next = Math.max(stood.get(name)?.next ?? 0, start)
    keep(waiting, name, lookAgain(waiting.get(name), { next, end }, now))
    if (unreadable.get(name) !== next) unreadable.delete(name)
  }
  const whatStands = (places: readonly Place[], now: number): StuckPartition[] =>
    places.flatMap(({ topic, partition }) => {
      const found = waiting.get(`${topic}/${partition}`)
      const isUnreadable = unreadable.has(`${topic}/${partition}`)
      if (!found || !(isUnreadable || stoodFor(found, now) > watched.patience * 1_000)) return []
      const because = isUnreadable ? 'unreadable-batch' : 'not-moving'
      return [{ dataset: datasetIdOf(topic), partition, because, seconds: Math.round(stoodFor(found, now) / 1_000) }]
    })
  const whatIsMissing = (now: number): StuckPartition[] =>
    [...missing].flatMap(([topic, since]) => {
      const seconds = Math.round((now - since) / 1_000)
      return seconds > watched.patience ? [{ dataset: datasetIdOf(topic), because: 'no-topic', seconds }] : []
    })
  const keepLooking = async () => {
    while (!stopping.signal.aborted) {
      await look().catch(error => needs.log.debug({ err: error }, 'topics could not be looked at; retrying'))
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = keepLooking()
  return {
    standing: () => standing,
    stopped: ({ topic, partition }, offset) => void unreadable.set(`${topic}/${partition}`, offset),
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

/** The topics of all datasets that exist. */
export const readLogs = (needs: IngestNeeds): Promise<Logs> => needs.broker.logs(topicsOf(needs))

const topicsOf = (needs: IngestNeeds) => needs.catalogue.datasets().map(({ id }) => topicOf(id))

function keep<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value === undefined) map.delete(name)
  else map.set(name, value)
}

/** Of each place that can be read now, by topic. */
const placesOf = (logs: Logs): Place[] =>
  [...logs].flatMap(([topic, { partitions }]) => [...partitions.keys()].map(partition => ({ topic, partition })))

const isOther = (before: Logs, now: Logs) =>
  before.size !== now.size || [...now].some(([topic, { id }]) => !before.has(topic) || before.get(topic)?.id !== id)

function isBroken({ topic, partition }: Place, logs: Logs, stood: Map<string, Stood>): boolean {
  const log = logs.get(topic)!
  const found = stood.get(`${topic}/${partition}`)
  return found !== undefined && goOn(found, { ...log.partitions.get(partition)!, id: log.id }).broken !== undefined
}
