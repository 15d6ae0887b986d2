import { Command } from 'commander'
import { showOutcome } from '../adapter/outcome-lines.ts'
import { showProgress } from '../adapter/progress-lines.ts'
import { exitCodeOf, runAdapters } from '../adapter/run.ts'
import { readAdapterSettings } from '../adapter/settings.ts'
import { createLog } from '../contract/log.ts'
import type { Environment } from '../contract/settings.ts'

export function adapterCommand(environment: Environment): Command {
  const adapter = new Command('adapter').description('publish a department’s records')
  adapter
    .command('run')
    .description('read the sources of one or more configs, publish what is valid, report what is not')
    .argument('<config...>', 'YAML or JSON; see docs/department-developers.md')
    .option('--once', 'end when everything that is there is published')
    .option('--json', 'print what became of each file as JSON (with --once)')
    .action(async (configFiles: string[], options: { once?: boolean; json?: boolean }) => {
      const settings = readAdapterSettings(environment)
      const stopping = new AbortController()
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
      const outcome = await runAdapters({
        configFiles,
        settings,
        log: createLog('adapter', settings.logLevel, process.stderr),
        once: options.once ?? false,
        signal: stopping.signal,
        ...(!options.json && { onProgress: showProgress(process.stderr) }),
      })
      showOutcome(outcome, { json: options.json ?? false, out: process.stdout, err: process.stderr })
      process.exitCode = exitCodeOf(outcome)
    })
  return adapter
}
