/** Guessing by claims, on `/metrics`: departments that went past a limit about some subject today. Alert on > 0. */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { cityDayOf } from '../../../contract/city-time.ts'
import { countOverClaimed } from './claim-store.ts'
import { claimsPerSubjectAndDay } from './count-claims.ts'
import { countOverLearnt } from './learnt-store.ts'

type AlarmOptions = { registry: Registry; pool: pg.Pool; now: () => Date; limit?: number }

/** Counted from the database whenever the metrics are scraped. */
export function registerClaimAlarm(options: AlarmOptions): void {
  registerOverClaimed(options)
  registerOverLearnt(options)
}

function registerOverLearnt({ registry, pool, now }: AlarmOptions): void {
  new Gauge({
    name: 'datarun_claims_learnt_over_limit',
    help: 'Subjects about whom a department was refused claims today, as it has learnt all they may tell of a field',
    labelNames: ['department'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { department, subjects } of await countOverLearnt(pool, cityDayOf(now()))) {
        this.set({ department }, subjects)
      }
    },
  })
}

function registerOverClaimed({ registry, pool, now, limit = claimsPerSubjectAndDay }: AlarmOptions): void {
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
