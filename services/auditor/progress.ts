import { Presets, SingleBar } from 'cli-progress'

export type Progress = { at: (done: number, total: number) => void; end: () => void }

/** A bar where a person watches, a plain line for each tenth where not. On stderr, so that stdout stays for results. */
export function showProgress(what: string): Progress {
  if (!process.stderr.isTTY) return plainProgress(what)
  const format = `${what} {bar} {percentage}% {value}/{total} {eta_formatted}`
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true }, Presets.shades_classic)
  let started = false
  return {
    at(done, total) {
      if (!started) bar.start(total, 0)
      started = true
      bar.update(done)
    },
    end: () => bar.stop(),
  }
}

function plainProgress(what: string): Progress {
  let tenth = 0
  return {
    at(done, total) {
      const reached = Math.floor((done * 10) / total)
      if (reached <= tenth) return
      tenth = reached
      process.stderr.write(`${what}: ${done} of ${total}\n`)
    },
    end: () => {},
  }
}
