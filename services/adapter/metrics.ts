/** Counters of an adapter, for `GET /metrics`. Labels are datasets and outcomes: never anything personal. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export type Tally = (outcome: 'published' | 'refused', count: number) => void
export type AdapterMetrics = {
  registry: Registry
  /** `waiting` tells how many of the dataset's records are handed to Kafka and not yet acknowledged. */
  forDataset: (dataset: string, waiting: () => number) => Tally
}

/** One for all adapters of a process. */
export function createMetrics(): AdapterMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const records = new Counter({
    name: 'datarun_adapter_records_total',
    help: 'Records of files and of the intake, by dataset and outcome (published, refused)',
    labelNames: ['dataset', 'outcome'],
    registers,
  })
  const counts = new Map<string, () => number>()
  new Gauge({
    name: 'datarun_adapter_waiting_records',
    help: 'Records handed to Kafka and not yet acknowledged',
    labelNames: ['dataset'],
    registers,
    collect() {
      for (const [dataset, waiting] of counts) this.set({ dataset }, waiting())
    },
  })
  return {
    registry,
    forDataset: (dataset, waiting) => {
      counts.set(dataset, waiting)
      return (outcome, count) => records.inc({ dataset, outcome }, count)
    },
  }
}
