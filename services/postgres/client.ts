/**
 * A connection whose answered statements leave nothing behind.
 *
 * V8 puts a function that is written where it is assigned to a property (`query.callback = () => …`) among what is old already, as
 * such functions mostly are methods. pg 8.23 writes two like that for each statement: where a promise is asked for, and for
 * `query_timeout`. Until V8 next clears its old generation they keep the statement, its values, its rows and whatever those
 * point to; clearing it stops everything for 10 ms and more (records that were late). So callbacks are made here, by
 * name, and the time limit is one of the connection. Without it a pull costs 11 % more of the exchange's processor time
 * (docs/decisions/2026-12-01-speed-code-at-postgresql.md).
 */
import type { Socket } from 'node:net'
import pg from 'pg'

type Heard = (error: Error | null, result: unknown) => void
type Query = typeof pg.Client.prototype.query
type QueryWithCallback = (query: string | object, values?: unknown, heard?: unknown) => unknown

const queryOfPg = pg.Client.prototype.query as QueryWithCallback

/** As pg's own, promises and callbacks alike; its pool asks with callbacks. */
export class Client extends pg.Client {}

Client.prototype.query = function query(this: Client, asked: string | object, values?: unknown, heard?: unknown) {
  const isHeard = typeof values === 'function' || typeof heard === 'function' || 'submit' in Object(asked)
  if (isHeard) return queryOfPg.call(this, asked, values, heard)
  return new Promise((resolve, reject) => {
    const callback: Heard = (error, result) => (error ? reject(error) : resolve(result))
    const config = typeof asked === 'string' ? { text: asked } : asked
    queryOfPg.call(this, { ...config, ...(values !== undefined && { values }), callback })
  }).catch(withOwnStack)
} as Query

/** Names the place that waits for the statement, rather than the socket's. */
function withOwnStack(error: Error): never {
  Error.captureStackTrace(error, withOwnStack)
  throw error
}

/**
 * Ends a connection on which a statement waits and nothing has moved for so many milliseconds, and with it every statement
 * sent. The server's own limits are shorter, so only a server or a network that is gone meets this one.
 */
export function endWhenSilent(client: pg.ClientBase, after: number): void {
  const { connection } = client as unknown as { connection: { stream: Socket } }
  // Not as the second argument of setTimeout: that would be heard once, and the first silence is mostly nobody's.
  connection.stream.setTimeout(after)
  connection.stream.on('timeout', () => {
    const isWaiting = !(client as unknown as { readyForQuery: boolean }).readyForQuery
    if (isWaiting) connection.stream.destroy(new Error(`connection was silent for ${after} ms`))
  })
}
