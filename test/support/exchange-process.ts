/** The exchange as a process of its own, on the database, issuer and Kafka of a test hub: to be killed, stopped, doubled. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Child } from '../../services/local/child.ts'
import { freePort } from '../../services/local/ports.ts'
import { startService } from '../../services/local/processes.ts'
import { type Answer, send, type TestHub } from './exchange.ts'
import { temporaryHome } from './temporary-home.ts'

export type ExchangeProcess = Child & {
  address: string
  call(method: string, path: string, as?: string, body?: unknown): Promise<Answer>
  /** All that it wrote. */
  log(): Promise<string>
  /** How it ended when nobody asked through `stop` or `kill`: `exchange ended (exit code 0)`. */
  endings: string[]
}

/** Resolves when it is ready, records being taken in. The hub's own settings, but for those given. */
export async function startExchangeProcess(
  hub: TestHub,
  settings: Record<string, string> = {},
): Promise<ExchangeProcess> {
  const directory = await temporaryHome()
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const endings: string[] = []
  const child = await startService({
    name: 'exchange',
    script: 'services/exchange/main.ts',
    directory,
    settings: { ...hub.environment, DATARUN_INGEST: 'true', ...settings, DATARUN_PORT: String(port) },
    readyUrl: `${address}/readyz`,
    onFailure: sentence => endings.push(sentence),
  })
  return {
    ...child,
    get pid() {
      return child.pid
    },
    address,
    call: async (method, path, as, body) => send(address + path, method, as && (await hub.tokenOf(as)), body),
    log: () => readFile(join(directory, 'logs/exchange.log'), 'utf8'),
    endings,
  }
}
