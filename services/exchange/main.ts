/** `node services/exchange/main.ts`: the hub, with its settings from the environment. */

import { createLog } from '../contract/log.ts'
import { SettingsError } from '../contract/settings.ts'
import { startExchange } from './exchange.ts'
import { readExchangeSettings } from './settings.ts'

const stopWithin = 10_000

async function main() {
  const settings = readExchangeSettings(process.env)
  const log = createLog('exchange', settings.logLevel)
  const exchange = await startExchange(settings, log)
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopWithin).unref()
    await exchange.stop()
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}

main().catch(error => {
  const message =
    error instanceof SettingsError ? error.message : `The exchange could not start: ${String(error?.stack ?? error)}`
  process.stderr.write(`${message}\n`)
  process.exit(error instanceof SettingsError ? 2 : 1)
})
