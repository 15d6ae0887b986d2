#!/usr/bin/env node
/** `datarun-adapter` of the package @datarun/adapter: adapters as one process, with their settings from the environment. */
import { parseArgs } from 'node:util'
import { createLog } from '../contract/log.ts'
import { SettingsError, variableOf } from '../contract/settings.ts'
import { showOutcome } from './outcome-lines.ts'
import { showProgress } from './progress-lines.ts'
import { exitCodeOf, runAdapters } from './run.ts'
import { adapterDeclarations, readAdapterSettings } from './settings.ts'

const stopWithin = 10_000

const usage = 'datarun-adapter [--once] [--json] <config>...'

const help = () => `Usage: ${usage}

Reads the sources of one or more configs (YAML or JSON), publishes what is valid, reports what is not.

  --once  end when everything that is there is published; else go on until SIGTERM
  --json  print what became of each file as JSON (with --once)
  --help  print this

Settings, from the environment:
${Object.entries(adapterDeclarations)
  .map(([name, declaration]) => `  ${variableOf(name)}\n      ${declaration.help}`)
  .join('\n')}

Exit codes: 0 all is published; 1 it could not run; 2 used wrongly, or a setting is missing; 3 some rows or files were refused.
`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { once, json } = values
  if (values.help) {
    process.stdout.write(help())
    return 0
  }
  if (positionals.length === 0) {
    process.stderr.write(`Say which config: ${usage}\n`)
    return 2
  }
  const settings = readAdapterSettings(process.env)
  const outcome = await runAdapters({
    configFiles: positionals,
    settings,
    log: createLog('adapter', settings.logLevel),
    once,
    signal: stopBySignal(),
    ...(!json && { onProgress: showProgress(process.stderr) }),
  })
  showOutcome(outcome, { json, out: process.stdout, err: process.stderr })
  return exitCodeOf(outcome)
}

/** The second signal, or ten seconds, end the process without waiting for Kafka. */
function stopBySignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1)
      setTimeout(() => process.exit(1), stopWithin).unref()
      stopping.abort()
    })
  }
  return stopping.signal
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
