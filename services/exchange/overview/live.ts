/** One clock for all who watch: counts what is new and tells everyone the overview when it has changed. */
import { PassThrough, type Readable } from 'node:stream'
import type { Hub } from '../hub.ts'
import { countNew } from './count.ts'
import { type Overview, readOverview } from './overview.ts'

export type Live = {
  /** The overview as of now, or of at most a tick ago. */
  overview(): Promise<Overview>
  /** A stream of server-sent events; undefined where too many watch already. */
  watch(): Readable | undefined
  close(): Promise<void>
}

const tickEvery = 2_000
const mostWatchers = 500
/** A proxy closes what stays silent for long. */
const silentTicks = 10

export function openLive(hub: Hub): Live {
  const watchers = new Set<PassThrough>()
  const state = {
    latest: undefined as Overview | undefined,
    shown: '',
    silent: 0,
    working: undefined as Promise<void> | undefined,
  }

  const renew = async () => {
    while (await countNew(hub)) if (closing.signal.aborted) return
    state.latest = await readOverview(hub)
  }
  const tell = (text: string) => {
    for (const watcher of watchers) watcher.write(text)
  }
  const tick = async () => {
    await renew()
    const { at: _, ...figures } = state.latest!
    const shown = JSON.stringify(figures)
    if (shown !== state.shown) tell(eventOf(state.latest!))
    else if (++state.silent % silentTicks === 0) tell(': still here\n\n')
    state.shown = shown
  }
  /** One at a time: whoever comes while it works shares it. */
  const work = (task: () => Promise<void>) => {
    state.working ??= task().finally(() => {
      state.working = undefined
    })
    return state.working
  }
  const closing = new AbortController()
  const timer = setInterval(() => {
    if (watchers.size > 0) work(tick).catch(error => hub.log.warn({ err: error }, 'overview could not be read'))
  }, tickEvery)

  return {
    overview: async () => {
      const age = state.latest ? hub.now().getTime() - Date.parse(state.latest.at) : Number.POSITIVE_INFINITY
      if (age >= tickEvery) await work(renew)
      return state.latest!
    },
    watch: () => {
      if (watchers.size >= mostWatchers) return undefined
      const watcher = new PassThrough()
      watchers.add(watcher)
      watcher.once('close', () => watchers.delete(watcher))
      watcher.write(state.latest ? eventOf(state.latest) : ': welcome\n\n')
      return watcher
    },
    close: async () => {
      closing.abort()
      clearInterval(timer)
      for (const watcher of watchers) watcher.end()
      await state.working?.catch(() => {})
    },
  }
}

const eventOf = (overview: Overview) => `data: ${JSON.stringify(overview)}\n\n`
