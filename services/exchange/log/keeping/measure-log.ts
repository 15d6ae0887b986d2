/** The log on `/metrics`: how long it is, and how far witnesses have let it be published. Alert when the two part. */
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { readHead } from '../append/log-store.ts'
import { readPublished } from '../append/published-store.ts'
import { readMinimumIndex } from './retention-store.ts'

type GaugeOptions = { registry: Registry; pool: pg.Pool; witnessed: boolean }

/** Read from the database whenever the metrics are scraped. */
export function registerLogGauges({ registry, pool, witnessed }: GaugeOptions): void {
  const registers = [registry]
  new Gauge({
    name: 'datarun_access_log_entries',
    help: 'Entries of the access log, those past their retention included',
    registers,
    collect: async function () {
      this.set((await readHead(pool)).edge.size)
    },
  })
  new Gauge({
    name: 'datarun_access_log_minimum_index',
    help: 'Entries below it are past their retention',
    registers,
    collect: async function () {
      this.set(await readMinimumIndex(pool))
    },
  })
  if (!witnessed) return
  new Gauge({
    name: 'datarun_access_log_published_entries',
    help: 'Size of the newest checkpoint that enough witnesses have cosigned',
    registers,
    collect: async function () {
      this.set((await readPublished(pool))?.size ?? 0)
    },
  })
}
