/** The action `verify watch`: a round every so often, until it is stopped or something is wrong. */
import { setTimeout as wait } from 'node:timers/promises'
import { openKeeping } from './held.ts'
import { type LogOptions, openSource, readTrust, usage, whole } from './options.ts'
import { exits, type Outcome, show, verified, wrongLog } from './outcome.ts'
import { SourceError } from './source.ts'
import { openWatch, type Watch } from './watch.ts'

export type WatchOptions = LogOptions & { every: string; once?: boolean; json?: boolean }

export async function watchAction(options: WatchOptions): Promise<Outcome> {
  const trust = await readTrust(options)
  if (!options.keep) return usage('say where to keep what was seen: --keep <dir>')
  const every = whole(options.every, '--every') * 1000
  const { source } = await openSource({ ...options, tilesOnly: true })
  const watch = await openWatch(source, trust, openKeeping(options.keep))
  if (options.once) return look(watch)
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    while (!stopped.signal.aborted) {
      const outcome = await look(watch).catch(stayPatient)
      if (outcome?.exit === exits.wrong) return outcome
      if (outcome) show(outcome, options.json)
      await wait(every, undefined, { signal: stopped.signal }).catch(() => {})
    }
    return verified({ stopped: true })
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
  }
}

async function look({ round }: Watch): Promise<Outcome> {
  const found = await round()
  if ('problem' in found) return wrongLog(found)
  const at = new Date().toISOString()
  const root = found.root.toString('base64')
  return verified({ at, size: found.size, root }, `${at} consistent, ${found.size} entries, root ${root}`)
}

/** A hub that does not answer for a while proves nothing. */
function stayPatient(error: unknown): undefined {
  if (!(error instanceof SourceError)) throw error
  process.stderr.write(`${error.message}; trying again\n`)
  return undefined
}
