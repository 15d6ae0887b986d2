/** Events in their order, in milliseconds of a time that is only counted. */
type Event = { at: number; happen: (now: number) => void }

export type Events = {
  add(at: number, happen: Event['happen']): void
  /** Until nothing is left to happen. */
  run(): void
}

/**
 * The soonest first, and of two at the same time the one added last: who waits for a lock has it before the one who lets go
 * of it goes on. Few are ever in the row, so it is kept in order.
 */
export function createEvents(): Events {
  const row: Event[] = []
  return {
    add(at, happen) {
      let place = row.length
      while (place > 0 && row[place - 1]!.at < at) place -= 1
      row.splice(place, 0, { at, happen })
    },
    run() {
      for (let next = row.pop(); next; next = row.pop()) next.happen(next.at)
    },
  }
}
