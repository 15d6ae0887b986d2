import { Command } from 'commander'
import type { HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'
import { addIndexCommands } from './log-index.ts'
import { typedSubject } from './typed-subject.ts'

type Options = HubOptions & { subject?: boolean; limit: string } & Record<string, string | boolean | undefined>
type Entry = { index: number; entry?: Record<string, unknown> } & Record<string, unknown>

const equals = ['department', 'system', 'official', 'case', 'matter', 'dataset', 'decision', 'code', 'kind'] as const
const filters = [...equals, 'from', 'until'] as const

/** Searching is itself logged: the hub answers nothing that it did not first note. */
export function logCommand(environment: Environment): Command {
  const log = new Command('log').description('the access log')
  addSearch(log, environment)
  addContinuations(log, environment)
  addIndexCommands(log, environment)
  return log
}

function addSearch(log: Command, environment: Environment) {
  const search = callingHub(log.command('search')).description(
    'search the access log, newest first (auditors; the search is logged)',
  )
  for (const filter of equals) search.option(`--${filter} <value>`, `only entries with this ${filter}`)
  search
    .option('--from <time>', 'only entries of this time and later, as 2026-01-31T08:00:00+08:00')
    .option('--until <time>', 'only entries before this time')
    .option('--subject', 'only entries about the subject on standard input: person <id> or organisation <code>')
    .option('--limit <number>', 'how many at most', '50')
    .action(async (options: Options) => {
      const hub = await openHub(options, environment)
      const wanted = Object.fromEntries(
        filters.flatMap(name => (options[name] === undefined ? [] : [[name, String(options[name])]])),
      )
      const found = await findEntries(hub, options, wanted)
      process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : found.items.map(lineOf).join(''))
    })
}

async function findEntries(hub: HubClient, options: Options, wanted: Record<string, string>) {
  return options.subject
    ? hub.must<{ items: Entry[] }>('POST', '/v1/access-log/searches', {
        ...wanted,
        subject: await typedSubject(),
        limit: Number(options.limit),
      })
    : hub.must<{ items: Entry[] }>(
        'GET',
        `/v1/access-log/entries?${new URLSearchParams({ ...wanted, limit: options.limit })}`,
      )
}

function addContinuations(log: Command, environment: Environment) {
  const goOn = async (step: string, options: Continuing, told: (answer: Continuation) => string) => {
    const hub = await openHub(options, environment)
    const body = { step, reason: options.reason }
    const answer = await hub.must<Continuation>('POST', '/v1/access-log/continuations', body)
    process.stdout.write(`${options.json ? JSON.stringify(answer) : told(answer)}\n`)
  }
  callingHub(log.command('accept-clock'))
    .description('let the log go on after hub and database had run ahead (operators; it becomes an entry)')
    .requiredOption('--reason <text>', 'why the newest entry is in the future')
    .action((options: Continuing) =>
      goOn(
        'clock',
        options,
        ({ index, newest }) => `the log goes on with entry ${index}; the newest entry before it is of ${newest}`,
      ),
    )
  callingHub(log.command('accept-restore'))
    .description('let the log go on after a restore from an older backup (operators; it becomes an entry)')
    .requiredOption('--reason <text>', 'which backup was restored, and why')
    .action((options: Continuing) =>
      goOn(
        'restore',
        options,
        ({ index, givenUp }) =>
          `the log goes on with entry ${index}; what was signed up to size ${givenUp?.size} is given up`,
      ),
    )
}

type Continuing = HubOptions & { reason: string }
type Continuation = { index: number; newest?: string; givenUp?: { size: number } }

/** `partial` where a pull was given some of what it asked for. */
function outcomeOf({ decision, content }: Record<string, unknown>) {
  const { results = [] } = (content ?? {}) as { results?: { decision: string }[] }
  const isPartial = decision === 'permit' && results.some(result => result.decision === 'refuse')
  return isPartial ? 'partial' : decision
}

const lineOf = (item: Entry) => {
  const entry = (item.entry ?? item) as Record<string, unknown>
  const words = [item.index, entry.at, entry.kind, entry.caller, entry.matter, entry.case, outcomeOf(entry), entry.code]
  return `${words.filter(word => word !== undefined && word !== null).join('  ')}\n`
}
