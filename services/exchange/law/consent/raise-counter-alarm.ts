/**
 * Consents recorded at counters, on `/metrics`: a system that records many in an hour may be making them up, and one objection is
 * worth a person's look. Alert on > 0. Labels name systems, never subjects.
 */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { countCounterConsents, countObjections } from './counter-store.ts'

type AlarmOptions = { registry: Registry; pool: pg.Pool; now: () => Date; limit?: number }

const hour = 3_600_000
const objectionDays = 30
/** One counter takes some minutes for each; a hundred in an hour are many counters, or none. */
const counterConsentsPerHour = 100

export function registerCounterAlarm({ registry, pool, now, limit = counterConsentsPerHour }: AlarmOptions): void {
  new Gauge({
    name: 'datarun_counter_consents_over_limit',
    help: 'Consents that a system recorded at its counter within the last hour, where these are too many',
    labelNames: ['system'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { system, consents } of await countCounterConsents(pool, new Date(now().getTime() - hour))) {
        if (consents > limit) this.set({ system }, consents)
      }
    },
  })
  new Gauge({
    name: 'datarun_counter_consents_objected',
    help: `Consents recorded at a counter to which their subjects objected within ${objectionDays} days`,
    labelNames: ['system'],
    registers: [registry],
    async collect() {
      this.reset()
      const since = new Date(now().getTime() - objectionDays * 24 * hour)
      for (const { system, consents } of await countObjections(pool, since)) this.set({ system }, consents)
    },
  })
}
