/** Where a member of a group reads on: its handler's word counts, Kafka's offsets do not. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'
import type { Logger } from '../contract/log.ts'
import type { Place, Subscription } from './subscription.ts'

/**
 * `joins` counts how often the group gave this member its share. `placed` holds the topic's id of each partition that is read
 * from where it stands; `anywhere` where nobody tells positions. `inHand` tells of each partition whether its last batch was
 * done, once that is known.
 */
export type State = {
  stopping: boolean
  joins: number
  placed: Map<string, string | undefined>
  anywhere: boolean
  inHand: Map<string, Promise<boolean>>
}

/** A consumption, as far as its batches need it. */
export type Reading = { consumer: Consumer; subscription: Subscription; state: State; log: Logger }

export const newState = ({ positions }: Subscription): State => ({
  stopping: false,
  joins: 0,
  placed: new Map(),
  anywhere: !positions,
  inHand: new Map(),
})

/**
 * kafkajs does not wait for this before it fetches: what it fetched before is stale once it was told where to go on, and is
 * left unread. Positions and ids are therefore taken over in one go.
 */
export async function goTo(
  { consumer, subscription: { positions }, state, log }: Reading,
  places: Place[],
): Promise<void> {
  let left = positions ? places : []
  const { joins } = state
  for (let attempt = 0; left.length > 0 && !state.stopping && state.joins === joins; attempt++) {
    if (attempt > 0) await sleep(pauseAfter(attempt))
    try {
      const found = await positions!(left)
      if (state.joins !== joins) return
      for (const { offset, topicId, ...place } of found) {
        consumer.seek({ ...place, offset: String(offset) })
        state.placed.set(nameOf(place), topicId)
        state.inHand.delete(nameOf(place))
      }
      left = left.filter(place => !state.placed.has(nameOf(place)))
    } catch (error) {
      log.warn({ err: error, attempt }, 'positions could not be read; retrying')
    }
  }
}

export const pauseAfter = (attempt: number) => Math.min(100 * 2 ** attempt, 1_000)
export const nameOf = ({ topic, partition }: Place) => `${topic}/${partition}`
export const placeOf = ({ topic, partition }: Place): Place => ({ topic, partition })
export const placesOf = (assignment: Record<string, number[]>): Place[] =>
  Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
