/**
 * A connection on which transactions follow one another: the begin and the first reads of the next one leave in the same write as
 * the last statements and the commit of the one before, whose answer nobody waits for. On one connection PostgreSQL keeps their
 * order, so each sees what the one before it has committed.
 */
import type pg from 'pg'
import { type Ends, type Transaction, transact } from './transaction.ts'

/**
 * Milliseconds that a transaction may keep the next one waiting, some ten times what one takes; then it goes on beside the lane,
 * which takes another connection.
 */
const patience = 25
/** Transactions beside the lane at most, so that slow ones do not take the whole pool. */
const mostBeside = 2

export type Lane = {
  /** As `inTransaction`. What `leaving` asks the lane for leaves in one write with the last statements of this transaction. */
  run<T, R = undefined>(work: (tx: Transaction, read: R) => Promise<T>, ends?: Ends<T, R>): Promise<T>
}

export function createLane(pool: pg.Pool): Lane {
  const track = createTrack(pool)
  const siding = createSiding()
  let ahead = Promise.resolve()
  return {
    async run(work, { leaving, ...ends } = {}) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const before = ahead
      ahead = promise
      await before
      const leave = once(() => {
        resolve()
        leaving?.()
      })
      const mine = await track.board().catch(error => {
        leave()
        throw error
      })
      const { left, done } = siding.watch(leave, () => track.forget(mine))
      try {
        return await transact(mine.client, work, { ...ends, leaving: left })
      } finally {
        done()
        track.alight(mine)
      }
    },
  }
}

/** Where slow transactions go, so that the next one need not wait. */
function createSiding() {
  let beside = 0
  return {
    /** Calls `leave` when `left` is called, or when patience ends and there is room; then `stepAside` before it. */
    watch(leave: () => void, stepAside: () => void): { left: () => void; done: () => void } {
      let isBeside = false
      const timer = setInterval(() => {
        if (beside >= mostBeside) return
        isBeside = true
        beside += 1
        stepAside()
        left()
      }, patience)
      const left = () => {
        clearInterval(timer)
        leave()
      }
      const done = () => {
        if (isBeside) beside -= 1
      }
      return { left, done }
    },
  }
}

/** A connection while transactions of the lane are underway on it. */
type Carriage = { client: Transaction; underway: number; isLost: boolean; lose: () => void }

/** The connection that the lane runs on: the pool's again as soon as nothing is underway, so that nothing has to be closed. */
function createTrack(pool: pg.Pool) {
  let current: Carriage | undefined
  const forget = (one: Carriage) => {
    if (current === one) current = undefined
  }
  return {
    forget,
    async board(): Promise<Carriage> {
      if (!current || current.isLost) current = await openCarriage(pool)
      current.underway += 1
      return current
    },
    alight(one: Carriage) {
      one.underway -= 1
      if (one.underway > 0) return
      forget(one)
      one.client.off('error', one.lose)
      one.client.release()
    },
  }
}

async function openCarriage(pool: pg.Pool): Promise<Carriage> {
  const client = (await pool.connect()) as Transaction
  const lose = () => {
    opened.isLost = true
  }
  const opened: Carriage = { client, underway: 0, isLost: false, lose }
  client.on('error', lose)
  return opened
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}
