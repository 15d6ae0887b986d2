/** LISTEN on a connection of its own, for as long as the process lives. */
import pg from 'pg'
import type { Logger } from '../../contract/log.ts'

export type Listening = { close(): Promise<void> }

/**
 * Calls `refresh` once at the start, at every notification on `channel`, and after every lost connection is back (what
 * was notified meanwhile is lost, so everything is read again). Rejects only where the first connection fails.
 */
export async function listen(
  { url, channel, log }: { url: string; channel: string; log: Logger },
  refresh: () => Promise<void>,
): Promise<Listening> {
  const state = {
    closed: false,
    client: undefined as pg.Client | undefined,
    timer: undefined as NodeJS.Timeout | undefined,
  }
  const refreshed = () => refresh().catch(error => log.warn({ err: error, channel }, 'refresh failed'))

  const connect = async () => {
    const client = new pg.Client({ connectionString: url, application_name: 'datarun-listen', keepAlive: true })
    client.on('error', () => {})
    client.on('end', () => state.client === client && lost())
    await client.connect()
    state.client = client
    client.on('notification', refreshed)
    await client.query(`listen ${client.escapeIdentifier(channel)}`)
  }
  const lost = () => {
    state.client = undefined
    if (!state.closed) state.timer = setTimeout(() => connect().then(refreshed, lost), 500)
  }

  await connect()
  await refresh()
  return {
    close: async () => {
      state.closed = true
      clearTimeout(state.timer)
      await state.client?.end().catch(() => {})
    },
  }
}
