/**
 * The story: a flat is sold. The title office asks for every proof in one pull; one is refused for want of consent; the
 * seller gives it; the same pull again is complete. Nothing here is special to the story: these are the hub's own calls.
 */
import type { City } from './city.ts'
import { seller } from './people.ts'

export type Proof = {
  requirement: { zh: string; en: string }
  outcome: string
  datasets: string[]
  basis: string
  code: string | undefined
  wayOut: string | undefined
  records: number
}
export type PullTold = { pull: string; milliseconds: number; logIndex: number; receipt: string; proofs: Proof[] }
export type Transfer = {
  seller: string
  department: string
  case: string
  first: PullTold
  consent: { id: string; datasets: string[] } | undefined
  second: PullTold
  /** The seller's view of who used her data. */
  accesses: { at: string; department: string; matter: string; outcome: string }[]
  papersNotCarried: number
  sourceDepartments: number
}

type Result = {
  dataset: string
  decision: string
  code?: string
  wayOut?: { en: string; zh: string }
  basis?: { type: string; provision?: string; consent?: string }
  records?: unknown[]
  withheldFields?: { pointer: string }[]
}
type Answer = {
  pull: string
  requirements: { title: { zh: string; en: string }; outcome: string; datasets: string[]; code?: string }[]
  results: Result[]
  log: { index: number; receipt: string }
}

const system = 'natural-resources/title-office'
const matter = 'real-estate-transfer'

export async function sellFlat(city: City, caseNumber: string): Promise<Transfer> {
  const first = await pull(city, caseNumber)
  const refused = first.proofs.filter(({ code }) => code?.startsWith('CONSENT'))
  const consent = refused.length > 0 ? await giveConsent(city, refused) : undefined
  const second = consent ? await pull(city, caseNumber) : first
  const met = second.proofs.filter(({ outcome }) => outcome === 'met' || outcome === 'held')
  return {
    seller: seller.name,
    department: 'natural-resources',
    case: caseNumber,
    first,
    consent,
    second,
    accesses: await readAccesses(city),
    papersNotCarried: met.length,
    sourceDepartments: new Set(met.flatMap(({ datasets }) => datasets.map(dataset => dataset.split('.')[0]))).size,
  }
}

async function pull(city: City, caseNumber: string): Promise<PullTold> {
  const office = await city.as(system)
  const started = performance.now()
  const answer = await office.must<Answer>('POST', '/v1/pulls', {
    matter,
    subject: { type: 'person', id: seller.id },
    purpose: matter,
    case: caseNumber,
    official: 'u-3381',
    district: '310115',
    facts: seller.facts,
  })
  const milliseconds = Math.round((performance.now() - started) * 10) / 10
  const { log, requirements, results } = answer
  const needed = requirements.filter(({ outcome }) => outcome !== 'not-needed')
  const proofs = needed.map(requirement => proofOf(requirement, results))
  return { pull: answer.pull, milliseconds, logIndex: log.index, receipt: log.receipt, proofs }
}

function proofOf({ title, outcome, datasets, code }: Answer['requirements'][number], results: Result[]): Proof {
  const own = results.filter(({ dataset }) => datasets.includes(dataset))
  const refused = own.find(({ decision }) => decision === 'refuse')
  return {
    requirement: title,
    outcome,
    datasets,
    basis: own.map(basisOf).find(Boolean) ?? '',
    code,
    wayOut: refused?.wayOut?.en,
    records: own.reduce((sum, { records = [] }) => sum + records.length, 0),
  }
}

const basisOf = ({ basis }: Result) =>
  basis?.type === 'statutory-duty'
    ? (basis.provision ?? 'statutory duty')
    : basis?.type === 'consent'
      ? '本人授权 / consent'
      : ''

/** The office asks, the seller signs in, sees what is asked, and approves. */
async function giveConsent(city: City, refused: Proof[]): Promise<{ id: string; datasets: string[] }> {
  const office = await city.as(system)
  const datasets = refused.flatMap(proof => proof.datasets)
  const scope = await Promise.all(
    datasets.map(async dataset => ({ dataset, fields: await agreedFields(city, dataset) })),
  )
  await office.must('POST', '/v1/consents', {
    subject: { type: 'person', id: seller.id },
    purpose: matter,
    datasets: scope,
    validUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    // Once: so that the story is the same at every start.
    uses: 1,
  })
  const citizen = await city.asPerson(seller.person)
  const { items } = await citizen.must<{ items: { id: string; state: string }[] }>('GET', '/v1/me/consents')
  const asked = items.find(({ state }) => state === 'requested')
  if (!asked) throw new Error('The seller was not asked for the consent that the office requested')
  await citizen.must('POST', `/v1/consents/${asked.id}/approve`, {})
  return { id: asked.id, datasets }
}

async function agreedFields(city: City, dataset: string): Promise<string[]> {
  const office = await city.as(system)
  type Agreement = { dataset: string; purpose: string; state: string; fields: { pointer: string }[] }
  const { items } = await office.must<{ items: Agreement[] }>('GET', '/v1/agreements?limit=200')
  const agreement = items.find(item => item.dataset === dataset && item.purpose === matter && item.state === 'active')
  return (agreement?.fields ?? []).map(({ pointer }) => pointer)
}

type Access = { at: string; department?: string; caller: string; matter?: string; decision: string }

async function readAccesses(city: City): Promise<Transfer['accesses']> {
  const citizen = await city.asPerson(seller.person)
  const { items } = await citizen.must<{ items: Access[] }>('GET', '/v1/me/accesses')
  return items.slice(0, 5).map(({ at, department, caller, matter: forMatter, decision }) => ({
    at,
    department: department ?? caller,
    matter: forMatter ?? '',
    outcome: decision,
  }))
}
