/**
 * Checks schemas in a thread of its own, one after the other, each within a time limit and the thread within a memory
 * limit. A schema that exceeds them costs the thread, never the hub: it is started anew.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from '../../../contract/log.ts'
import type { CheckAnswer, CheckRequest } from './request.ts'

/** `exhausted`: not finished within the limits. */
export type Checker = {
  check: (request: CheckRequest) => Promise<CheckAnswer | 'exhausted'>
  close: () => Promise<void>
}

const resourceLimits = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 }

export function createChecker({ log, milliseconds = 5_000 }: { log: Logger; milliseconds?: number }): Checker {
  let thread: Worker | undefined
  let queue: Promise<unknown> = Promise.resolve()
  const started = () => {
    thread ??= startThread(() => {
      thread = undefined
    })
    return thread
  }
  const check = async (request: CheckRequest) => {
    const answer = await ask(started(), request, milliseconds)
    if (answer !== 'exhausted') return answer
    log.warn({ dataset: request.dataset, milliseconds }, 'a schema could not be checked within the limits')
    const lost = thread
    thread = undefined
    await lost?.terminate()
    return answer
  }
  started()
  return {
    check: request => {
      const answered = queue.then(() => check(request))
      queue = answered.catch(() => {})
      return answered
    },
    close: async () => void (await thread?.terminate()),
  }
}

function startThread(ended: () => void): Worker {
  const thread = new Worker(new URL('./thread.ts', import.meta.url), { resourceLimits })
  thread.unref()
  thread.on('error', ended)
  thread.on('exit', ended)
  return thread
}

function ask(thread: Worker, request: CheckRequest, milliseconds: number): Promise<CheckAnswer | 'exhausted'> {
  return new Promise(resolve => {
    const done = (answer: CheckAnswer | 'exhausted') => {
      clearTimeout(timer)
      thread.off('message', done).off('error', exhausted).off('exit', exhausted)
      resolve(answer)
    }
    const exhausted = () => done('exhausted')
    const timer = setTimeout(exhausted, milliseconds)
    thread.on('message', done).on('error', exhausted).on('exit', exhausted)
    thread.postMessage(request)
  })
}
