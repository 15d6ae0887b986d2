/**
 * LISTEN on a connection of its own, for as long as the process lives. A connection can be lost without a word (a firewall that
 * forgets it, a frozen host, a pooler that hands it to another session), so it is asked again and again whether it still
 * listens; one that does not answer in time is ended and made anew.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from '../contract/log.ts'
import { endWhenSilent } from './client.ts'

export type Listening = {
  /** Rejects while what was notified may not have been heard, or not been acted on. */
  verify(): Promise<void>
  close(): Promise<void>
}

export type ListenOptions = {
  url: string
  channel: string
  log: Logger
  /** Milliseconds between two questions whether the connection listens, and for which it may be silent. */
  askEvery?: number
}

/**
 * Calls `refresh` once at the start, at every notification on `channel`, and after every lost connection is back (what
 * was notified meanwhile is lost, so everything is read again); where it fails, again with the next question. Rejects only
 * where the first connection or the first refresh fails.
 */
export async function listen(
  { url, channel, log, askEvery = 2_000 }: ListenOptions,
  refresh: () => Promise<void>,
): Promise<Listening> {
  const stopping = new AbortController()
  let client: pg.Client | undefined
  let asked = 0
  let done = 0
  const isStale = () => done < asked

  const refreshed = async () => {
    asked += 1
    const mine = asked
    await refresh()
    done = Math.max(done, mine)
  }
  const heard = () => void refreshed().catch(error => log.warn({ err: error, channel }, 'refresh failed; retrying'))

  const connect = async () => {
    const made = new pg.Client({
      connectionString: url,
      application_name: 'datarun-listen',
      keepAlive: true,
      connectionTimeoutMillis: askEvery,
    })
    made.on('error', () => {})
    made.on('notification', heard)
    made.on('end', () => {
      if (client === made) client = undefined
    })
    try {
      await made.connect()
      endWhenSilent(made, askEvery)
      await made.query(`listen ${made.escapeIdentifier(channel)}`)
    } catch (error) {
      drop(made)
      throw error
    }
    client = made
  }
  /** @throws where nothing is heard now. */
  const ask = async () => {
    if (!client) {
      asked += 1
      await connect()
      log.info({ channel }, 'notifications are heard again')
    }
    const found = await client!.query('select from pg_listening_channels() as heard where heard = $1', [channel])
    if (found.rowCount !== 1) throw new Error('the connection has stopped listening')
    if (isStale()) await refreshed()
  }
  const watch = async () => {
    while (!stopping.signal.aborted) {
      await wait(client ? askEvery : Math.min(askEvery, 500), undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await ask().catch(error => {
        if (client) log.warn({ err: error, channel }, 'notifications are not heard; retrying')
        drop(client)
        client = undefined
      })
    }
  }

  await connect()
  await refreshed()
  const watching = watch()
  return {
    async verify() {
      if (!client || isStale()) throw new Error(`notifications on ${channel} are not heard`)
    },
    async close() {
      stopping.abort()
      await watching
      if (!client) return
      const ended = client
      await Promise.race([ended.end().catch(() => {}), wait(askEvery, undefined, { ref: false })])
      drop(ended)
    },
  }
}

/** Without waiting for an answer: there may be nobody who gives one. */
const drop = (client: pg.Client | undefined) =>
  (client as unknown as { connection: { stream: { destroy(): void } } } | undefined)?.connection.stream.destroy()
