import { Command } from 'commander'
import { showProgress } from '../adapter/progress-lines.ts'
import { exitCodeOf, type RunOutcome, runAdapters } from '../adapter/run.ts'
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
      tellOutcome(outcome, options.json ?? false)
      process.exitCode = exitCodeOf(outcome)
    })
  return adapter
}

/** Standard output has the JSON alone, also of a run that could not begin; all that is said besides goes to standard error. */
function tellOutcome({ states, failures }: RunOutcome, json: boolean): void {
  for (const { failure, detail, detailZh, violations } of failures) {
    const lines = violations?.map(({ message }) => message) ?? [detail ?? failure, ...(detailZh ? [detailZh] : [])]
    process.stderr.write(`${lines.join('\n')}\n`)
  }
  if (!json) return
  const files = states.map(({ dataset, state }) => ({
    dataset,
    ...state,
    published: state.state === 'unchanged' ? 0 : state.rows - state.refused,
  }))
  process.stdout.write(`${JSON.stringify({ files, failures })}\n`)
}
