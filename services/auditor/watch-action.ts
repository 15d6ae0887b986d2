/** What `verify watch` does: a round every so often, until it is stopped or something is wrong. */
import { setTimeout as wait } from 'node:timers/promises'
import { tell } from './actions.ts'
import { openKeeping } from './held.ts'
import { type LogOptions, openSource, readTrust, usage, whole } from './options.ts'
import { exits, say } from './outcome.ts'
import { SourceError } from './source.ts'
import { openWatch, type Watch } from './watch.ts'

export type WatchOptions = LogOptions & { every: string; once?: boolean }

export async function watchAction(options: WatchOptions): Promise<number> {
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
      const code = await look(watch).catch(stayPatient)
      if (code === exits.wrong) return code
      await wait(every, undefined, { signal: stopped.signal }).catch(() => {})
    }
    return exits.verified
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
  }
}

async function look({ round }: Watch): Promise<number> {
  const found = await round()
  if ('problem' in found) return tell(found)
  say(`${new Date().toISOString()} consistent, ${found.size} entries, root ${found.root.toString('base64')}`)
  return exits.verified
}

/** A hub that does not answer for a while proves nothing. */
function stayPatient(error: unknown): number {
  if (!(error instanceof SourceError)) throw error
  process.stderr.write(`${error.message}; trying again\n`)
  return exits.unchecked
}
