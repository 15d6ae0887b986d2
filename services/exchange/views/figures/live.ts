/** One clock for all who watch: counts what is new and tells everyone the overview when it has changed. */
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { countNew } from './count-new.ts'
import type { FiguresNeeds } from './needs.ts'
import { type Overview, readOverview } from './read-overview.ts'
import { openWatchers, type Watcher } from './watchers.ts'

export type Live = {
  /** The overview as of now, or of at most a tick ago. */
  overview(): Promise<Overview>
  /** A stream of server-sent events; undefined where there is no place for one more. */
  watch(watcher: Watcher, socket: Socket): Readable | undefined
  close(): Promise<void>
}

const tickEvery = 2_000
/** A proxy closes what stays silent for long. */
const silentTicks = 10

export function openLive(needs: FiguresNeeds): Live {
  const watchers = openWatchers()
  const state = {
    latest: undefined as Overview | undefined,
    shown: '',
    silent: 0,
    working: undefined as Promise<void> | undefined,
  }

  const renew = async () => {
    while (await countNew(needs)) if (closing.signal.aborted) return
    state.latest = await readOverview(needs)
  }
  const tick = async () => {
    watchers.sweep()
    await renew()
    const { at: _, ...figures } = state.latest!
    const shown = JSON.stringify(figures)
    if (shown !== state.shown) watchers.tell(eventOf(state.latest!))
    else if (++state.silent % silentTicks === 0) watchers.tell(': still here\n\n')
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
    if (!watchers.isEmpty())
      work(tick).catch(error => needs.log.warn({ err: error }, 'overview could not be read; retrying'))
  }, tickEvery)

  return {
    overview: async () => {
      const age = state.latest ? needs.now().getTime() - Date.parse(state.latest.at) : Number.POSITIVE_INFINITY
      if (age >= tickEvery) await work(renew)
      return state.latest!
    },
    watch: (watcher, socket) => watchers.add(watcher, socket, state.latest ? eventOf(state.latest) : ': welcome\n\n'),
    close: async () => {
      closing.abort()
      clearInterval(timer)
      watchers.end()
      await state.working?.catch(() => {})
    },
  }
}

const eventOf = (overview: Overview) => `data: ${JSON.stringify(overview)}\n\n`
