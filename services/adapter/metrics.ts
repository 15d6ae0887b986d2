/** What an adapter counts, for `GET /metrics`. Labels are datasets and outcomes: never anything personal. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type AdapterMetrics = { registry: Registry; tally: Tally }
export type Tally = (outcome: 'published' | 'refused', count: number) => void

/** `waiting` tells how many records are handed to Kafka and not yet acknowledged. */
export function createMetrics(dataset: string, waiting: () => number): AdapterMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const records = new Counter({
    name: 'datarun_adapter_records_total',
    help: 'Records of files and of the intake, by dataset and outcome (published, refused)',
    labelNames: ['dataset', 'outcome'],
    registers,
  })
  new Gauge({
    name: 'datarun_adapter_waiting_records',
    help: 'Records handed to Kafka and not yet acknowledged',
    labelNames: ['dataset'],
    registers,
    collect() {
      this.set({ dataset }, waiting())
    },
  })
  return { registry, tally: (outcome, count) => records.inc({ dataset, outcome }, count) }
}
