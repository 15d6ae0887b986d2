/**
 * Checks schemas in a thread of its own, one after the other, each within a time limit and the thread within a memory
 * limit. A schema that exceeds them costs the thread, never the hub: it is started anew.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from '../../../../contract/log.ts'
import { createInTurn } from './in-turn.ts'
import type { CheckAnswer, CheckRequest } from './request.ts'

/** `exhausted`: not finished within the limits. */
export type Checker = {
  check: (request: CheckRequest) => Promise<CheckAnswer | 'exhausted'>
  close: () => Promise<void>
}

const resourceLimits = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 }

export function createChecker({ log, milliseconds = 5_000 }: { log: Logger; milliseconds?: number }): Checker {
  let thread = startThread()
  const inTurn = createInTurn()
  const check = async (request: CheckRequest) => {
    await thread.ready
    const answer = await ask(thread.worker, request, milliseconds)
    if (answer !== 'exhausted') return answer
    log.warn({ dataset: request.dataset, milliseconds }, 'a schema could not be checked within the limits')
    const lost = thread
    thread = startThread()
    await lost.worker.terminate()
    return answer
  }
  return {
    check: request => inTurn(() => check(request)),
    close: async () => void (await thread.worker.terminate()),
  }
}

/** `ready` once the code is loaded, which no request's time limit should pay for; or once the thread has ended. */
type Thread = { worker: Worker; ready: Promise<void> }

function startThread(): Thread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { resourceLimits })
  worker.unref()
  const ready = new Promise<void>(resolve => {
    worker.once('message', () => resolve()).once('exit', () => resolve())
  })
  worker.on('error', () => {}) // Told by `ask`: the request under way is exhausted.
  return { worker, ready }
}

function ask(worker: Worker, request: CheckRequest, milliseconds: number): Promise<CheckAnswer | 'exhausted'> {
  return new Promise(resolve => {
    const done = (answer: CheckAnswer | 'exhausted') => {
      clearTimeout(timer)
      worker.off('message', done).off('exit', exhausted)
      resolve(answer)
    }
    const exhausted = () => done('exhausted')
    const timer = setTimeout(exhausted, milliseconds)
    worker.on('message', done).on('exit', exhausted)
    worker.postMessage(request)
  })
}
