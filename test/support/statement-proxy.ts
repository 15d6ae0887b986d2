/** A way to PostgreSQL that counts statements and answers, and cuts everything off after one of them: nothing later passes. */
import { connect, createServer, type Socket } from 'node:net'

/** `statement`: the last message of a statement has left for the server; `answer`: its answer has come. Counted from 1. */
export type Cut = { after: 'statement' | 'answer'; number: number }

export type StatementProxy = { url: string; close(): Promise<void> }

/** `reached` is called once, when what is named has passed and nothing after it. */
export async function startStatementProxy(databaseUrl: string, cut: Cut, reached: () => void): Promise<StatementProxy> {
  const target = new URL(databaseUrl)
  const sockets: Socket[] = []
  const counted = { statement: 0, answer: 0 }
  let isCut = false
  const count = (kind: Cut['after']) => {
    counted[kind] += 1
    if (kind === cut.after && counted[kind] === cut.number) isCut = true
    return isCut
  }
  const pass = (from: Socket, to: Socket, cutter: (data: Buffer) => Buffer) => {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.on('data', data => {
      if (isCut) return
      const passing = cutter(data as Buffer)
      to.write(passing, () => isCut && reached())
    })
  }
  const server = createServer(near => {
    const far = connect(Number(target.port || 5432), target.hostname)
    sockets.push(near, far)
    // The first message has no letter; Q and S end a statement, Z ends an answer, and the first Z the greeting.
    pass(
      near,
      far,
      cutterOf({ ends: 'QS', isGreeted: false, skip: 0 }, () => count('statement')),
    )
    pass(
      far,
      near,
      cutterOf({ ends: 'Z', isGreeted: true, skip: 1 }, () => count('answer')),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** The bytes that may pass: up to the end of the message at which `isLast` says so. */
function cutterOf(state: { ends: string; isGreeted: boolean; skip: number }, isLast: () => boolean) {
  let rest = Buffer.alloc(0)
  return (data: Buffer): Buffer => {
    const before = rest.length
    const bytes = Buffer.concat([rest, data])
    let at = 0
    for (;;) {
      const letters = state.isGreeted ? 1 : 0
      if (bytes.length < at + letters + 4) break
      const end = at + letters + bytes.readInt32BE(at + letters)
      if (bytes.length < end) break
      const letter = state.isGreeted ? String.fromCharCode(bytes[at]!) : ''
      state.isGreeted = true
      at = end
      if (letter === '' || !state.ends.includes(letter)) continue
      if (state.skip > 0) state.skip -= 1
      else if (isLast()) return bytes.subarray(before, at)
    }
    rest = bytes.subarray(at)
    return data
  }
}
