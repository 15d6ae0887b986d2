/** Guessing by repeated claims, on `/metrics`: departments that went past today's limit about some subject. Alert on > 0. */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { cityDayOf } from '../../contract/city-time.ts'
import { claimsPerSubjectAndDay } from './claim-limit.ts'
import { countOverClaimed } from './claim-store.ts'

type AlarmOptions = { registry: Registry; pool: pg.Pool; now: () => Date; limit?: number }

/** Counted from the database whenever the metrics are scraped. */
export function registerClaimAlarm({ registry, pool, now, limit = claimsPerSubjectAndDay }: AlarmOptions): void {
  new Gauge({
    name: 'datarun_claims_over_limit',
    help: 'Subjects about whom a department had too many claims checked today',
    labelNames: ['department'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { department, subjects } of await countOverClaimed(pool, cityDayOf(now()), limit)) {
        this.set({ department }, subjects)
      }
    },
  })
}
