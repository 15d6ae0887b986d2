import { once } from 'node:events'
import { connect } from 'node:net'

/** Whether a TCP connection to that port is accepted. */
export async function canConnect(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 2_000 })
  socket.once('timeout', () => socket.destroy(new Error('timeout')))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
