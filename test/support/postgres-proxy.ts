/** A way to PostgreSQL that can go silent for the connections of one application name: nothing is closed, nothing passes. */
import { connect, createServer, type Socket } from 'node:net'

export type PostgresProxy = {
  /** The database's URL by this way. */
  url: string
  /** Nothing passes any more on connections of this application name, those yet to come included. */
  freeze(applicationName: string): void
  thaw(): void
  close(): Promise<void>
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl)
  const lines: { sockets: [Socket, Socket]; name: string }[] = []
  let frozen: string | undefined

  const server = createServer(near => {
    const far = connect(Number(target.port || 5432), target.hostname)
    const line = { sockets: [near, far] as [Socket, Socket], name: '' }
    lines.push(line)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', data => {
        if (from === near && line.name === '') {
          line.name = /application_name\0([^\0]*)\0/.exec(data.toString('latin1'))?.[1] ?? 'none'
        }
        if (line.name === frozen) from.pause()
        else to.write(data)
      })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  const linesOf = (name: string | undefined) =>
    lines.filter(line => line.name === name).flatMap(({ sockets }) => sockets)
  return {
    url: url.href,
    freeze(applicationName) {
      frozen = applicationName
      for (const socket of linesOf(applicationName)) socket.pause()
    },
    thaw() {
      // A connection frozen in the middle has lost bytes, as a line that was cut off has.
      for (const socket of linesOf(frozen)) socket.destroy()
      frozen = undefined
    },
    async close() {
      for (const { sockets } of lines) for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
