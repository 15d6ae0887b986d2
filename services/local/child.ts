import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { forget, watch } from './lifeline.ts'
import { lastLines, openLog, readFrom } from './log-file.ts'

export type ChildPlan = {
  /** For people: stands in error sentences. */
  name: string
  command: string
  args: string[]
  /** All of its environment: a child inherits none of ours, hence none of our secrets. */
  env: Record<string, string>
  /** The user to run as; only root may name one. */
  user?: { uid: number; gid: number }
  /** Both of its outputs are appended here. */
  logFile: string
  /** Asks to end in good order. */
  stopSignal: NodeJS.Signals
  /** Milliseconds between `stopSignal` and SIGKILL. */
  stopWithin: number
  /** Asked again and again until true; gets what the child has written since its start. */
  isReady: (written: () => Promise<string>) => Promise<boolean>
  /** Milliseconds. */
  readyWithin: number
  /** Called with a sentence when it was ready and then ended without being asked to. */
  onFailure?: (sentence: string) => void
}

/** A process of ours that can be stopped, killed and started again in the same place. */
export type Child = {
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Resolves when it is ready. @throws with the last lines of its log if it ends or takes too long. */
  start(): Promise<void>
  /** Ends it in good order, and by force after `stopWithin`. */
  stop(): Promise<void>
  /** SIGKILL, as a power cut would. Resolves when it is gone. */
  kill(): Promise<void>
}

type Life = { process: ChildProcess; ended: Promise<string>; leaving: boolean }

export function createChild(plan: ChildPlan): Child {
  let life: Life | undefined

  async function start() {
    if (life) throw new Error(`${plan.name} is running already`)
    const log = await openLog(plan.logFile)
    const begun = begin(plan, log.handle.fd)
    life = begun
    void begun.ended.then(() => {
      life = undefined
    })
    await log.handle.close()
    const written = () => readFrom(plan.logFile, log.start)
    const trouble = await untilReady(begun, plan, written)
    if (trouble === undefined) {
      void begun.ended.then(how => begun.leaving || plan.onFailure?.(`${plan.name} ${how}`))
      return
    }
    await end('SIGKILL')
    throw new Error(`${plan.name} ${trouble}. The end of ${plan.logFile}:\n${lastLines(await written())}`)
  }

  async function end(signal: NodeJS.Signals) {
    if (!life) return
    life.leaving = true
    const { process, ended } = life
    process.kill(signal)
    const waiting = new AbortController()
    const late = sleep(plan.stopWithin, 'late', { signal: waiting.signal }).catch(() => undefined)
    if ((await Promise.race([ended, late])) === 'late') process.kill('SIGKILL')
    await ended
    waiting.abort()
  }

  return {
    get pid() {
      return life?.process.pid
    },
    start,
    stop: () => end(plan.stopSignal),
    kill: () => end('SIGKILL'),
  }
}

function begin(plan: ChildPlan, output: number): Life {
  const process = spawn(plan.command, plan.args, {
    cwd: '/',
    env: plan.env,
    detached: true, // a Ctrl-C on the terminal is for us, who then stop the children in order
    stdio: ['ignore', output, output],
    ...plan.user,
  })
  const life: Life = { process, ended: endOf(process), leaving: false }
  const { pid } = process
  if (pid !== undefined) {
    watch(pid, plan.stopSignal)
    void life.ended.then(() => forget(pid))
  }
  return life
}

/** Resolves with how it ended, or why it could not begin. */
async function endOf(process: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(process, 'exit')
    return `ended (${signal ? `signal ${signal}` : `exit code ${code}`})`
  } catch (error) {
    return `could not be started (${(error as NodeJS.ErrnoException).code})`
  }
}

/** Resolves with undefined when it is ready, else with what went wrong. */
async function untilReady(life: Life, plan: ChildPlan, written: () => Promise<string>): Promise<string | undefined> {
  let gone: string | undefined
  void life.ended.then(how => {
    gone = how
  })
  const deadline = performance.now() + plan.readyWithin
  while (gone === undefined) {
    if (await plan.isReady(written)) return undefined
    if (performance.now() > deadline) return `was not ready within ${plan.readyWithin / 1000} s`
    await sleep(30)
  }
  return gone
}
