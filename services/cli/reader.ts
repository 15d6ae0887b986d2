import { Command } from 'commander'
import type { HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'
import { Usage } from './outcome.ts'

type Entry = { zh: string; en: string; topics?: boolean }
type Listed = { id: string; active: boolean; topics: boolean; since?: string }

/** `datarun reader`: programs such as Kafka UIs, which read schemas by a lasting secret and may do nothing else. */
export function readerCommand(environment: Environment): Command {
  const command = new Command('reader').description('programs that read schemas by a secret, such as Kafka UIs')
  callingHub(command.command('register <reader>'))
    .description('register department/name, or change its entry; hub/name is one of the operator’s own')
    .requiredOption('--zh <title>', 'what it is, in Chinese')
    .requiredOption('--en <title>', 'what it is, in English')
    .option('--topics', 'let it see at Kafka which topics there are; never a message')
    .action(async (reader: string, { zh, en, topics = false, ...options }: HubOptions & Entry) => {
      const hub = await openHub(options, environment)
      const entry = await hub.must<{ id: string }>('PUT', addressOf(reader), { title: { zh, en }, topics })
      print(options, entry, `${entry.id} is registered. Make its secret: datarun reader secret ${reader}`)
    })
  callingHub(command.command('secret <reader>'))
    .description('make its secret, or another one in its place, and show it this once')
    .action(async (reader: string, options: HubOptions) => {
      const hub = await openHub(options, environment)
      const made = await hub.must<{ id: string; secret: string }>('POST', `${addressOf(reader)}/secret`)
      print(options, made, `id      ${made.id}\nsecret  ${made.secret}`)
      process.stderr.write('It is shown this once: put it where the program keeps its secrets.\n')
    })
  callingHub(command.command('revoke <reader>'))
    .description('its secret and its tokens open nothing from now on')
    .action(async (reader: string, options: HubOptions) => {
      const hub = await openHub(options, environment)
      const revoked = await hub.must<{ id: string }>('DELETE', addressOf(reader))
      print(options, revoked, `${revoked.id} is revoked.`)
    })
  callingHub(command.command('list'))
    .description('the registered readers, and since when their secrets are good')
    .action(async (options: HubOptions) => {
      const hub = await openHub(options, environment)
      const items = await listReaders(hub)
      process.stdout.write(options.json ? `${JSON.stringify(items)}\n` : items.map(lineOf).join(''))
    })
  return command
}

async function listReaders(hub: HubClient): Promise<Listed[]> {
  const items: Listed[] = []
  for (let next: string | undefined = ''; next !== undefined; ) {
    const path = `/v1/readers?limit=200${next && `&cursor=${next}`}`
    const page: { items: Listed[]; next?: string } = await hub.must('GET', path)
    items.push(...page.items)
    next = page.next
  }
  return items
}

function addressOf(reader: string): string {
  const [, department, name] = /^([a-z0-9-]+)\/(?:readers\/)?([a-z0-9-]+)$/.exec(reader) ?? []
  if (!department || !name) throw new Usage(`${reader} is no reader: say department/name, or hub/name.`)
  return `/v1/departments/${department}/readers/${name}`
}

const lineOf = ({ id, active, topics, since }: Listed) =>
  `${id}  ${active ? `secret of ${since}` : 'no secret'}${topics ? ', sees topics' : ''}\n`

const print = ({ json }: HubOptions, answer: object, line: string) =>
  void process.stdout.write(`${json ? JSON.stringify(answer) : line}\n`)
