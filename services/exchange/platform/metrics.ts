/** Counters of the exchange, for `GET /metrics`. Labels are datasets, departments, codes: never anything personal. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { lostLogLines } from '../../contract/log.ts'

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'datarun_log_lines_lost',
    help: 'Lines of the operators’ log that standard error has not taken since the start',
    registers,
    collect() {
      this.set(lostLogLines())
    },
  })
  return { registry, ...doorMetrics(registers), ...ingestMetrics(registers), ...pullMetrics(registers) }
}

/** Before a room sees anything. */
const doorMetrics = (registers: Registry[]) => ({
  refusals: new Counter({
    name: 'datarun_door_refusals_total',
    help: 'Requests refused before a room saw them, by code; PROOF_REQUIRED and PROOF_INVALID may be stolen tokens',
    labelNames: ['code'],
    registers,
  }),
})

/** Records on their way in. */
const ingestMetrics = (registers: Registry[]) => ({
  ingested: new Counter({
    name: 'datarun_ingested_total',
    help: 'Messages taken in, by dataset and outcome (stored, duplicate, rejected, skipped)',
    labelNames: ['dataset', 'outcome'],
    registers,
  }),
  copiesFailed: new Counter({
    name: 'datarun_rejected_copies_impossible_total',
    help: 'Rejected messages of which the rejected topic takes no copy; they stay in the table',
    labelNames: ['dataset'],
    registers,
  }),
  ingestLag: new Gauge({
    name: 'datarun_ingest_lag_messages',
    help: 'Messages on the topic that are not taken in yet',
    labelNames: ['dataset', 'partition'],
    registers,
  }),
  ingestOldest: new Gauge({
    name: 'datarun_ingest_oldest_seconds',
    help: 'Age of the oldest message on the topic that is not taken in yet, since it was first seen there',
    labelNames: ['dataset'],
    registers,
  }),
  ingestStanding: new Gauge({
    name: 'datarun_ingest_standing_still',
    help: 'Partitions that do not move though messages wait (alert on > 0): unreadable-batch, not-moving, no-topic',
    labelNames: ['dataset', 'because'],
    registers,
  }),
  ingestBreaks: new Counter({
    name: 'datarun_ingest_breaks_total',
    help: 'Partitions whose log was not the one read before (made-anew, cut-short) or had lost messages unread (gone)',
    labelNames: ['dataset', 'what'],
    registers,
  }),
})

/** Pulls on their way out. */
const pullMetrics = (registers: Registry[]) => ({
  pulls: new Counter({
    name: 'datarun_pull_decisions_total',
    help: 'Decisions of pulls, by dataset, decision and code',
    labelNames: ['dataset', 'decision', 'code'],
    registers,
  }),
  pullSeconds: new Histogram({
    name: 'datarun_pull_seconds',
    help: 'Time from a pull’s arrival to its answer',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  }),
  pullBatch: new Histogram({
    name: 'datarun_pull_batch_size',
    help: 'Pulls decided and logged in one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  }),
})
