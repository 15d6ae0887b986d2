import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { readIndexState } from './index-store.ts'

/** Read from the database whenever the metrics are scraped. */
export function registerIndexGauges({ registry, pool }: { registry: Registry; pool: pg.Pool }): void {
  const registers = [registry]
  new Gauge({
    name: 'datarun_access_log_index_lag_entries',
    help: 'Entries that the search index does not hold yet; searches read them in the log',
    registers,
    collect: async function () {
      const state = await readIndexState(pool)
      this.set(state ? state.size - Math.max(state.position, state.minimum) : Number.NaN)
    },
  })
  new Gauge({
    name: 'datarun_access_log_index_altered',
    help: '1 where the search index was found to be other than the log says; searches read the log',
    registers,
    collect: async function () {
      const state = await readIndexState(pool)
      this.set(state?.altered === null ? 0 : 1)
    },
  })
}
