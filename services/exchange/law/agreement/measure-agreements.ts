/**
 * The clocks on `/metrics`: open share requests and how late they are, by the source department that has to act; duty `review`
 * is the authority's, for catalogue changes.
 */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { startOfCityDay } from '../../../contract/city-time.ts'
import { listChanges } from '../catalogue/change-store.ts'
import { type Clock, reviewClock } from '../clock/clock.ts'
import { clockOf } from './agreement-clock.ts'
import { listOpen } from './agreement-store.ts'

const mostOpen = 10_000

type GaugeOptions = { registry: Registry; pool: pg.Pool; now: () => Date }

/** Counted from the database whenever the metrics are scraped. */
export function registerAgreementGauges(options: GaugeOptions): void {
  const measure = (name: string, help: string, of: Measure) => register(options, `datarun_agreement_${name}`, help, of)
  measure('open', 'Share requests that wait for the source department', clocks => clocks.length)
  measure('overdue', 'Of these, past their last day', clocks => clocks.filter(({ overdue }) => overdue > 0).length)
  measure('overdue_workdays', 'Working days they are late, summed', clocks =>
    clocks.reduce((sum, { overdue }) => sum + overdue, 0),
  )
  measure('remaining_workdays', 'Working days left for the most urgent of those whose clock runs', clocks =>
    least(clocks.flatMap(({ stopped, remaining }) => (stopped ? [] : [remaining]))),
  )
  measure('next_due_timestamp_seconds', 'When the last day of the most urgent of them ends, Unix time', clocks =>
    least(clocks.flatMap(({ due }) => (due ? [startOfCityDay(due).getTime() / 1000 + secondsOfDay] : []))),
  )
}

/** Of the clocks of one source and duty; undefined where there is nothing to say. */
type Measure = (clocks: readonly Clock[]) => number | undefined

const secondsOfDay = 86_400
const least = (numbers: number[]): number | undefined => (numbers.length > 0 ? Math.min(...numbers) : undefined)

function register(options: GaugeOptions, name: string, help: string, measure: Measure): void {
  const { registry, pool, now } = options
  new Gauge({
    name,
    help,
    labelNames: ['source', 'duty'],
    registers: [registry],
    async collect() {
      this.reset()
      const running = Map.groupBy(await runningClocks(pool, now()), ({ source, clock }) => `${source} ${clock.duty}`)
      for (const group of running.values()) {
        const { source, clock } = group[0]!
        const value = measure(group.map(one => one.clock))
        if (value !== undefined) this.set({ source, duty: clock.duty }, value)
      }
    },
  })
}

async function runningClocks(pool: pg.Pool, now: Date): Promise<{ source: string; clock: Clock }[]> {
  const open = await listOpen(pool, undefined, mostOpen)
  const inReview = await listChanges(pool, { state: 'in-review' }, mostOpen)
  const replies = open.flatMap(({ source, state, history }) => {
    const clock = clockOf(state, history, now)
    return clock ? [{ source, clock }] : []
  })
  const reviews = inReview.map(({ department, proposedAt }) => ({
    source: department,
    clock: reviewClock(proposedAt, now),
  }))
  return [...replies, ...reviews]
}
