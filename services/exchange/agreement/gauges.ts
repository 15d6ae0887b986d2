/**
 * The clocks on `/metrics`: open share requests and how late they are, by the source department that has to act; duty `review`
 * is the authority's, for catalogue changes.
 */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { listChanges } from '../catalogue/change-store.ts'
import { listOpen } from './agreement-store.ts'
import { type Clock, clockOf, reviewClock } from './clock.ts'

const mostOpen = 10_000

type GaugeOptions = { registry: Registry; pool: pg.Pool; now: () => Date }

/** Counted from the database whenever the metrics are scraped. */
export function registerAgreementGauges(options: GaugeOptions): void {
  register(options, 'datarun_agreement_open', 'Share requests that wait for the source department', () => 1)
  register(options, 'datarun_agreement_overdue', 'Of these, past their last day', ({ overdue }) =>
    overdue > 0 ? 1 : 0,
  )
  register(
    options,
    'datarun_agreement_overdue_workdays',
    'Working days they are late, summed',
    ({ overdue }) => overdue,
  )
}

function register(options: GaugeOptions, name: string, help: string, measure: (clock: Clock) => number): void {
  const { registry, pool, now } = options
  new Gauge({
    name,
    help,
    labelNames: ['source', 'duty'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { source, clock } of await runningClocks(pool, now())) {
        this.inc({ source, duty: clock.duty }, measure(clock))
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
