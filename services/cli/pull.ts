import { Command } from 'commander'
import { isKeptExactly } from '../contract/exact-number.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'
import { Usage } from './outcome.ts'
import { readJson } from './read-json-file.ts'
import { typedSubject } from './typed-subject.ts'

type Options = HubOptions & {
  request?: string
  matter?: string
  dataset?: string
  purpose?: string
  case?: string
  official?: string
  district?: string
  fact: string[]
}

type Requirement = {
  id: string
  title: { en: string; zh: string }
  outcome: string
  reason?: string
  wayOut?: { en: string }
  question?: { facts?: { id: string; title: { en: string } }[]; choices?: unknown[] }
}
type Answer = {
  pull: string
  requirements?: Requirement[]
  results: { dataset: string; decision: string; code?: string; detail?: string; records?: unknown[] }[]
  log: { index: number }
}

/** The subject comes on standard input. */
export const pullCommand = (environment: Environment): Command =>
  callingHub(new Command('pull'))
    .description(
      'ask for the records that others hold; the subject comes on standard input: person <id> or organisation <code>',
    )
    .option('--request <file>', 'the whole request as JSON instead of the options below')
    .option('--matter <id>', 'all proofs of a matter')
    .option('--dataset <id>', 'or one dataset')
    .option('--purpose <code>', 'what for; the matter’s own unless set')
    .option('--case <number>', 'the case it is for')
    .option('--official <id>', 'who asks')
    .option('--district <code>', 'where the case is handled, GB/T 2260')
    .option('--fact <name=value>', 'a fact of the case that the matter asks about; may be repeated', collect, [])
    .addHelpText(
      'after',
      '\nExample:\n  echo "person 310115199003079986" | datarun pull --matter real-estate-transfer --case 2026-1 --official u-3381',
    )
    .action(async (options: Options) => {
      const request = options.request ? await readJson(options.request) : await requestOf(options)
      const hub = await openHub(options, environment)
      const answer = await hub.must<Answer>('POST', '/v1/pulls', request)
      process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : inWords(answer))
      if (answer.results.some(({ decision }) => decision === 'refuse')) process.exitCode = 3
    })

const collect = (value: string, before: string[]) => [...before, value]

async function requestOf(options: Options) {
  const { matter, dataset, purpose = matter, case: caseNumber, official, district, fact } = options
  if (!matter === !dataset) throw new Usage('Say --matter or --dataset: one of the two.')
  if (!purpose) throw new Usage('Say --purpose.')
  return {
    ...(matter && { matter }),
    ...(dataset && { dataset }),
    purpose,
    subject: await typedSubject(),
    ...(caseNumber !== undefined && { case: caseNumber }),
    ...(official !== undefined && { official }),
    ...(district !== undefined && { district }),
    ...(fact.length > 0 && { facts: Object.fromEntries(fact.map(readFact)) }),
  }
}

/** `married=true`, `floor=3`, `use=shop`. */
function readFact(text: string): [string, boolean | number | string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!name || !value) throw new Usage(`Write a fact as name=value, not ${text}.`)
  if (value === 'true' || value === 'false') return [name, value === 'true']
  if (!/^-?\d+(\.\d+)?$/.test(value)) return [name, value]
  if (!isKeptExactly(value))
    throw new Usage(`The number of the fact ${name} cannot be kept exactly; write fewer digits.`)
  return [name, Number(value)]
}

const inWords = ({ pull, requirements = [], results, log }: Answer) =>
  [
    ...requirements.map(lineOf),
    ...results.map(({ dataset, decision, code, detail, records }) =>
      decision === 'permit'
        ? `${dataset}: ${records?.length ?? 0} record(s)`
        : `${dataset}: refused, ${code}. ${detail ?? ''}`,
    ),
    `Pull ${pull} is entry ${log.index} of the access log. With --json you get the records and the receipt.`,
    '',
  ].join('\n')

function lineOf({ id, title, outcome, reason, wayOut, question }: Requirement): string {
  const facts = question?.facts?.map(fact => `--fact ${fact.id}=… (${fact.title.en})`).join(', ')
  const asked = question && `: ${facts ?? `choose one of ${question.choices?.length}, see --json`}`
  return `${title.zh} ${title.en} (${id}): ${outcome}${reason ? `, ${reason}. ${wayOut?.en ?? ''}` : (asked ?? '')}`
}
