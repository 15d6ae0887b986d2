/** The indexer of a running hub: on a connection of its own, whenever a whole step of entries waits. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import { createPool } from '../../../postgres/pool.ts'
import { buildIndex } from './build-index.ts'
import { checkIndex } from './check-index.ts'
import { readIndexState } from './index-store.ts'
import { stepSize } from './step.ts'

export type Indexing = { stop(): Promise<void> }

type IndexingOptions = {
  pool: pg.Pool
  log: Logger
  random: () => number
  /** Milliseconds between two looks whether a step waits. */
  lookEvery?: number
  /** Milliseconds between two checks of one step: some 60 ms of work. */
  checkEvery?: number
}

/** On a connection of its own, so that no pull waits behind its statements. */
export function openIndexing(log: Logger, url: string): Indexing {
  const pool = createPool({ url, size: 1, log, applicationName: 'datarun-index' })
  const indexing = startIndexing({ pool, log, random: Math.random })
  const stop = async () => {
    await indexing.stop()
    await pool.end()
  }
  return { stop }
}

/** Any number of processes may index together: each step is written by one of them. */
function startIndexing(options: IndexingOptions): Indexing {
  const { log, lookEvery = 250 } = options
  const stopping = new AbortController()
  const rest = (ms: number) => wait(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
  const checkNow = createChecks(options)
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        if ((await buildIndex(options.pool)) === 0) await rest(lookEvery)
        await checkNow()
      } catch (error) {
        log.warn({ err: error }, 'indexing the access log failed; retrying')
        await rest(1_000)
      }
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Now and then a step anywhere in the index, and the newest one, which a position that was moved ahead cannot have. */
function createChecks({ pool, log, random, checkEvery = 60_000 }: IndexingOptions): () => Promise<void> {
  let checkedAt = performance.now()
  return async () => {
    if (performance.now() - checkedAt < checkEvery) return
    checkedAt = performance.now()
    const state = await readIndexState(pool)
    if (!state || state.altered !== null) return
    const anywhere = state.minimum + Math.floor(random() * Math.max(0, state.position - state.minimum))
    for (const from of [anywhere, state.position - stepSize]) {
      const { altered } = await checkIndex(pool, Math.max(0, from), 1)
      if (altered === undefined) continue
      log.error({ index: altered }, 'the search index was altered; searches read the log: datarun log reindex')
      return
    }
  }
}
