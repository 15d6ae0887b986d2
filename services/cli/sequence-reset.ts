import { Command } from 'commander'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'

type Reset = {
  id: string
  key: string | null
  state: string
  reason: string
  askedBy: string
  answeredBy: string | null
}
type Resets = { items: Reset[] }
type Asking = HubOptions & { record?: string; reason: string }

const pathOf = (dataset: string) => `/v1/datasets/${encodeURIComponent(dataset)}/sequence-resets`

/** `datarun sequence-reset`: one person asks, another approves, and what stands yields to the next version. */
export function sequenceResetCommand(environment: Environment): Command {
  const command = new Command('sequence-reset').description('a sequence that was wrong: one asks, another approves')
  callingHub(command.command('ask <dataset>'))
    .description('ask that what stands yield to the next version that arrives')
    .option('--record <key>', 'only this record; all of the dataset unless given')
    .requiredOption('--reason <text>', 'what was wrong')
    .action(async (dataset: string, { record, reason, ...options }: Asking) => {
      const hub = await openHub(options, environment)
      const body = { ...(record !== undefined && { key: record }), reason }
      print(await hub.must<Reset>('POST', pathOf(dataset), body), options)
    })
  callingHub(command.command('list <dataset>'))
    .description('what was asked for, newest first')
    .action(async (dataset: string, options: HubOptions) => {
      const hub = await openHub(options, environment)
      print(await hub.must<Resets>('GET', pathOf(dataset)), options)
    })
  for (const step of ['approve', 'decline']) {
    callingHub(command.command(`${step} <dataset> <id>`))
      .description(`${step} what another person asked for`)
      .action(async (dataset: string, id: string, options: HubOptions) => {
        const hub = await openHub(options, environment)
        print(await hub.must<Reset>('POST', `${pathOf(dataset)}/${encodeURIComponent(id)}/${step}`), options)
      })
  }
  return command
}

function print(answer: Reset | Resets, { json }: HubOptions): void {
  const resets = 'items' in answer ? answer.items : [answer]
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : resets.map(reset => `${lineOf(reset)}\n`).join(''))
}

const lineOf = ({ id, key, state, reason, askedBy, answeredBy }: Reset) =>
  `${id} ${state}: ${key === null ? 'all records' : `record ${key}`}, asked by ${askedBy}` +
  `${answeredBy === null ? '' : `, answered by ${answeredBy}`}: ${reason}`
