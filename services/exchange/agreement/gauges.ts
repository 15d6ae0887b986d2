/** The clocks on `/metrics`: open share requests and how late they are, by the department that has to act. */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { listOpen } from './agreement-store.ts'
import { type Clock, clockOf } from './clock.ts'

const mostOpen = 10_000

export type GaugeOptions = { registry: Registry; pool: pg.Pool; now: () => Date }

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
      for (const { source, state, history } of await listOpen(pool, undefined, mostOpen)) {
        const clock = clockOf(state, history, now())
        if (clock) this.inc({ source, duty: clock.duty }, measure(clock))
      }
    },
  })
}
