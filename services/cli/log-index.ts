/** `datarun log reindex` and `datarun log check-index`: the search index, made anew or held against the log. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { showProgress } from '../auditor/progress.ts'
import type { HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'

type Reach = { position: number; size: number; altered?: number }
type Checked = Reach & { next: number }

/** Entries that make no whole step are not indexed yet; searches read them in the log. */
const stepSize = 4_096
const isWhole = ({ position, size }: Reach) => size - position < stepSize

export function addIndexCommands(log: Command, environment: Environment): void {
  callingHub(log.command('reindex'))
    .description(
      'make the search index anew from the log, and wait for it (operators); searches read the log meanwhile',
    )
    .option('--resume', 'only wait for an index that is being made')
    .action(async (options: HubOptions & { resume?: boolean }) => {
      const hub = await openHub(options, environment)
      if (!options.resume) await hub.must<Reach>('POST', '/v1/access-log/index/rebuilds', {})
      const made = await waitForIndex(hub)
      tell(options, made, `the index holds ${made.position} of ${made.size} entries`)
    })
  callingHub(log.command('check-index'))
    .description('hold the search index against the log; exit code 1 where it says other (auditors and operators)')
    .action(async (options: HubOptions) => {
      const found = await checkIndex(await openHub(options, environment))
      const { altered, position } = found
      const wrong = `WRONG 索引不符: the index says other than the log at entry ${altered}; until it is made anew (datarun log reindex) searches read the log`
      const right = `VERIFIED 核对一致: the index fits the log up to entry ${position}`
      tell(options, found, altered === undefined ? right : wrong)
      if (altered !== undefined) process.exitCode = 1
    })
}

async function waitForIndex(hub: HubClient): Promise<Reach> {
  const progress = showProgress('entries')
  for (;;) {
    const reach = await hub.must<Reach>('GET', '/v1/access-log/index')
    progress.at(reach.position, Math.max(1, reach.size))
    if (isWhole(reach)) {
      progress.end()
      return reach
    }
    await wait(500)
  }
}

async function checkIndex(hub: HubClient): Promise<Reach> {
  const progress = showProgress('entries')
  for (let from = 0; ; ) {
    const { next, ...reach } = await hub.must<Checked>('POST', '/v1/access-log/index/checks', { from })
    progress.at(next, Math.max(1, reach.position))
    if (reach.altered !== undefined || next >= reach.position) {
      progress.end()
      return reach
    }
    from = next
  }
}

const tell = ({ json }: HubOptions, found: Reach, words: string) =>
  process.stdout.write(`${json ? JSON.stringify(found) : words}\n`)
