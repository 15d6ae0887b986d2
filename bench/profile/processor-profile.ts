/** A processor profile of a running Node process, by the inspector that Node brings (`--inspect`). */
import { setTimeout as sleep } from 'node:timers/promises'

/** As Chrome's DevTools protocol has it (`Profiler.Profile`); times in microseconds. */
export type ProcessorProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

/** Microseconds between two samples. */
const interval = 500

/** Profiles the process that listens for an inspector on `port` of loopback, for as long as `work` takes. */
export async function profileOf<T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ outcome: T; profile: ProcessorProfile }> {
  const inspector = await connect(port)
  try {
    await inspector.ask('Profiler.enable')
    await inspector.ask('Profiler.setSamplingInterval', { interval })
    await inspector.ask('Profiler.start')
    const outcome = await work()
    const { profile } = (await inspector.ask('Profiler.stop')) as { profile: ProcessorProfile }
    return { outcome, profile }
  } finally {
    inspector.close()
  }
}

type Answer = { id?: number; result?: unknown; error?: { message: string } }

async function connect(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`)
  const [target] = (await response.json()) as [{ webSocketDebuggerUrl: string }]
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  const opened = Promise.withResolvers<void>()
  socket.addEventListener('open', () => opened.resolve())
  socket.addEventListener('error', () => opened.reject(new Error(`no inspector answers on port ${port}`)))
  await opened.promise
  let asked = 0
  const ask = async (method: string, params = {}): Promise<unknown> => {
    const id = ++asked
    const answered = Promise.withResolvers<Answer>()
    const listen = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as Answer
      if (answer.id === id) answered.resolve(answer)
    }
    socket.addEventListener('message', listen)
    socket.send(JSON.stringify({ id, method, params }))
    const late = sleep(60_000, undefined, { ref: false }).then(() => {
      throw new Error(`${method} was not answered`)
    })
    const { result, error } = await Promise.race([answered.promise, late])
    socket.removeEventListener('message', listen)
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }
  return { ask, close: () => socket.close() }
}
