/** The second story: a company is founded. Two kinds of premises would do, so the window is asked which; one paper stays. */
import { protagonists } from '../city/protagonists.ts'
import type { City } from './city.ts'
import type { Teller } from './tell.ts'

type Choice = { requirement: string; datasets?: string[]; dataset?: string; key?: string }
type Requirement = {
  id: string
  title: { zh: string; en: string }
  outcome: string
  datasets: string[]
  question?: { about: string; choices?: Choice[] }
  reason?: string
  wayOut?: { en: string; zh: string }
}
type Answer = { requirements: Requirement[]; log: { index: number } }

export type Enterprise = {
  founder: string
  case: string
  /** The question to the window, and its answer. */
  question: { requirement: { zh: string; en: string }; choices: number; chosen: string[] } | undefined
  requirements: { title: { zh: string; en: string }; outcome: string; reason?: string; wayOut?: string }[]
}

const system = 'market-regulation/enterprise-window'
const matter = 'enterprise-establishment'

export async function foundCompany(city: City, caseNumber: string): Promise<Enterprise> {
  const { name, id } = protagonists[matter]
  const window = await city.as(system)
  const request = {
    matter,
    subject: { type: 'person', id },
    purpose: matter,
    case: caseNumber,
    official: 'u-1207',
    district: '310104',
    receipt: false,
  }
  const first = await window.must<Answer>('POST', '/v1/pulls', request)
  const asked = first.requirements.find(({ question }) => question?.about === 'evidence')
  const choices = asked?.question?.choices ?? []
  // He rents: the lease is his answer.
  const chosen = choices.find(({ datasets }) => datasets?.includes('housing.lease-filing'))
  const last = chosen ? await window.must<Answer>('POST', '/v1/pulls', { ...request, choose: [chosen] }) : first
  return {
    founder: name,
    case: caseNumber,
    question: asked && { requirement: asked.title, choices: choices.length, chosen: chosen?.datasets ?? [] },
    requirements: last.requirements.map(({ title, outcome, reason, wayOut }) => ({
      title,
      outcome,
      ...(reason && { reason }),
      ...(wayOut && { wayOut: wayOut.en }),
    })),
  }
}

export function tellEnterprise(
  { say }: Teller,
  { founder, case: caseNumber, question, requirements }: Enterprise,
): void {
  say(`企业设立登记 · Founding a company, case ${caseNumber}`)
  if (question) {
    const { requirement, choices, chosen } = question
    say(`  ${requirement.zh} ${requirement.en}: ${choices} kinds of evidence would do, so the window is asked which.`)
    say(`  ${founder} rents: ${chosen.join(' and ')}`)
  }
  for (const { title, outcome, reason, wayOut } of requirements) {
    const why = reason ? ` (${reason}: ${wayOut ?? ''})` : ''
    say(`    ${title.zh} ${title.en}: ${outcome}${why}`)
  }
  say()
}
