/** `node services/adapter/main.ts [--once] config.yaml ...`: adapters, with their settings from the environment. */
import { parseArgs } from 'node:util'
import { createLog } from '../contract/log.ts'
import { SettingsError } from '../contract/settings.ts'
import { showProgress } from './progress-lines.ts'
import { exitCodeOf, type RunOutcome, runAdapters } from './run.ts'
import { readAdapterSettings } from './settings.ts'

const stopWithin = 10_000

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { once: { type: 'boolean', default: false } },
  })
  if (positionals.length === 0) {
    process.stderr.write('Say which config: node services/adapter/main.ts [--once] config.yaml\n')
    return 2
  }
  const settings = readAdapterSettings(process.env)
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1)
      setTimeout(() => process.exit(1), stopWithin).unref()
      stopping.abort()
    })
  }
  const log = createLog('adapter', settings.logLevel)
  const onProgress = showProgress(process.stderr)
  const { once } = values
  const outcome = await runAdapters({
    configFiles: positionals,
    settings,
    log,
    once,
    signal: stopping.signal,
    onProgress,
  })
  tell(outcome)
  return exitCodeOf(outcome)
}

function tell({ failures }: RunOutcome): void {
  for (const { failure, detail, violations } of failures) {
    const lines = violations?.map(({ message }) => message) ?? [detail ?? failure]
    process.stderr.write(`${lines.join('\n')}\n`)
  }
}

main()
  .then(code => process.exit(code))
  .catch(error => {
    const isUsage = error instanceof SettingsError || error?.code?.startsWith?.('ERR_PARSE_ARGS')
    process.stderr.write(
      `${isUsage ? error.message : `The adapter could not go on: ${String(error?.stack ?? error)}`}\n`,
    )
    process.exit(isUsage ? 2 : 1)
  })
