/** The overview, kept up to date by server-sent events for as long as the page is shown. */
import { onBeforeUnmount, ref } from 'vue'
import type { paths } from '../../api-schema'
import { answerOf, hub } from '../../hub.ts'
import { useLoad } from '../../load.ts'

export type Overview = paths['/v1/overview']['get']['responses']['200']['content']['application/json']

export function useOverview() {
  const load = useLoad(() => answerOf(hub.GET('/v1/overview')))
  const live = ref(false)
  const events = new EventSource('/v1/overview/events')
  events.onopen = () => {
    live.value = true
  }
  // The browser connects again by itself.
  events.onerror = () => {
    live.value = false
  }
  events.onmessage = ({ data }: MessageEvent<string>) => {
    load.data.value = JSON.parse(data) as Overview
    load.problem.value = undefined
  }
  onBeforeUnmount(() => events.close())
  return { ...load, live }
}
