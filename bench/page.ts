/** Puts an outcome's table into docs/performance.md, between the marks of its measurement. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from '../services/local/places.ts'
import { type Figure, isMet, type Outcome } from './figures.ts'
import { number } from './report.ts'

export const page = join(repository, 'docs/performance.md')

/** `when`: day and machine of the run. @throws where the page has no place for this measurement. */
export async function writeTable(outcome: Outcome, when: string): Promise<void> {
  const [begin, end] = [`<!-- ${outcome.measurement} -->`, `<!-- /${outcome.measurement} -->`]
  const text = await readFile(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} … ${end}`)
  await writeFile(page, `${text.slice(0, from + begin.length)}\n${tableOf(outcome, when)}\n${text.slice(to)}`)
}

export function tableOf({ setting, ratios, figures }: Outcome, when: string): string {
  const told = Object.entries(setting).map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
  const head = ['| name | what | median | least – greatest | goal |', '|---|---|---|---|---|']
  return [`Run of ${when}: ${told.join(', ')}.`, '', ...head, ...[...ratios, ...figures].map(row)].join('\n')
}

const row = (figure: Figure) =>
  `| \`${figure.name}\` | ${figure.title} | ${number(figure.value)} ${figure.unit} | ${spread(figure)} | ${goal(figure)} |`

const spread = ({ low, high }: Figure) => (low === high ? '' : `${number(low)} – ${number(high)}`)

function goal(figure: Figure): string {
  if (!figure.goal) return ''
  const wanted = 'atLeast' in figure.goal ? `≥ ${figure.goal.atLeast}` : `≤ ${figure.goal.atMost}`
  return isMet(figure) ? `${wanted}, met` : `${wanted}, **not met**`
}
