/** `npm start`: the whole stack, the sample city in it, and one real story told on the terminal. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applyCatalogue, readCatalogueFolder } from '../client/catalogue-folder.ts'
import type { Person } from '../identity/people.ts'
import { type WrittenCity, writeCity } from './city/write-city.ts'
import { dataHome, repository } from './places.ts'
import { type HubAccess, type Stack, type StackPorts, startStack } from './stack.ts'
import { agree } from './story/agree.ts'
import { type City, openCity } from './story/city.ts'
import { type Enterprise, foundCompany, tellEnterprise } from './story/enterprise.ts'
import { type Ledger, readLedger, tellLedger } from './story/ledger.ts'
import { samplePeople } from './story/people.ts'
import { readPlan } from './story/plan.ts'
import { type Publishing, publishCity } from './story/publish.ts'
import { createTeller, type Output, type Teller } from './story/tell.ts'
import { tellTransfer } from './story/tell-transfer.ts'
import { sellFlat, type Transfer } from './story/transfer.ts'

type StartOptions = {
  people: number
  /** Where the figures are written as JSON. */
  report?: string
  ports?: StackPorts
  /** True where the stack is stopped soon after the story. */
  shortLived?: boolean
  output: Output
  onFailure: (sentence: string) => void
  /** Data of the stack and of the city; `.datarun` unless set. */
  directory?: string
}

export type Figures = {
  secondsToStart: number
  secondsInAll: number
  people: number
  rows: number
  agreements: number
  publishing: Publishing
  /** Peak resident memory of the exchange so far, where the system tells (Linux). */
  exchangePeakMegabytes: number | undefined
  transfer: Transfer
  enterprise: Enterprise
  ledger: Ledger
}

type Started = { stack: Stack; figures: Figures; people: Person[] }

const seed = 20_261_101
const badRows = 3

/** Resolves when the story is told; the stack stays up until it is stopped. Whatever fails stops it and rejects. */
export async function start(options: StartOptions): Promise<Started> {
  const teller = createTeller(options.output)
  const started = performance.now()
  const directory = join(options.directory ?? dataHome, 'stack')
  const { departments } = await readCatalogueFolder(join(repository, 'schemas'))
  const people = samplePeople(departments)
  const stack = await startServices(options, people, teller, directory)
  try {
    const secondsToStart = seconds(started)
    const figures = await fillAndTell(options.people, teller, stack, directory)
    const exchangePeakMegabytes = await peakMemory(stack.parts.exchange.pid)
    const all = { secondsToStart, secondsInAll: seconds(started), ...figures, exchangePeakMegabytes }
    if (options.report) await writeFile(options.report, `${JSON.stringify(all, null, 2)}\n`)
    return { stack, figures: all, people }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10

async function startServices(
  options: StartOptions,
  people: readonly Person[],
  teller: Teller,
  directory: string,
): Promise<Stack> {
  await mkdir(directory, { recursive: true })
  const peopleFile = join(directory, 'people.json')
  await writeFile(peopleFile, JSON.stringify(people, null, 2), { mode: 0o600 })
  return teller.step('Start PostgreSQL, identity, Kafka, exchange', undefined, () =>
    startStack({
      directory,
      peopleFile,
      ...(options.ports && { ports: options.ports }),
      ...(options.shortLived && { shortLived: true }),
      onFailure: options.onFailure,
    }),
  )
}

/** The sample city comes to a hub that runs already; a second time it finds what it left. Files are kept in `directory`. */
export async function fillAndTell(people: number, teller: Teller, hub: HubAccess, directory: string) {
  const city = await openCity(hub)
  const operator = await city.as('hub/operator')
  await teller.step('Register departments, systems, datasets and schemas, matters', undefined, async progress => {
    let done = 0
    const keysOf = async (system: string) => (await hub.keys.of(system)).publicKeys
    await applyCatalogue(operator, city.catalogue, keysOf, () => progress(++done))
  })
  const agreements = await teller.step(
    'Share requests, approved by the source departments',
    undefined,
    async progress => {
      let done = 0
      return agree(city, () => progress(++done))
    },
  )
  const written = await teller.step(
    `Files of the departments, about ${people.toLocaleString('en')} people`,
    undefined,
    () => writeFiles(join(directory, 'city'), people),
  )
  const rows = Object.values(written.counts).reduce((sum, count) => sum + count, 0)
  const publishing = await teller.step('Adapters publish, the hub takes in', rows, progress =>
    publishCity(hub, written, { state: join(directory, 'adapters') }, progress),
  )
  const { departments, published, refused } = publishing
  teller.say(
    `  ${departments} departments published ${published.toLocaleString('en')} records; ${refused} rows refused and reported.`,
  )
  return { people, rows, agreements, publishing, ...(await tellStory(city, teller)) }
}

async function tellStory(city: City, teller: Teller) {
  const caseNumber = String(Date.now()).slice(-6)
  const plan = await readPlan(city, 'natural-resources/title-office', 'real-estate-transfer')
  const transfer = await sellFlat(city, `2026-沪-${caseNumber}`)
  tellTransfer(teller, transfer, plan)
  if (transfer.second.proofs.some(({ outcome }) => outcome !== 'met'))
    throw new Error('The pull did not become complete')
  const enterprise = await foundCompany(city, `2026-企-${caseNumber}`)
  tellEnterprise(teller, enterprise)
  const ledger = await readLedger(city, new Date())
  tellLedger(teller, ledger)
  return { transfer, enterprise, ledger }
}

async function peakMemory(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1024) : undefined
}

/** The same city in the same files is not written again, so that the adapters find them unchanged. */
async function writeFiles(folder: string, people: number): Promise<WrittenCity> {
  const note = join(folder, 'written.json')
  const known = await readFile(note, 'utf8').then(JSON.parse, () => undefined)
  if (known?.people === people && known.seed === seed) return known.written
  await rm(note, { force: true })
  const written = await writeCity(folder, { people, seed, badRows })
  await writeFile(note, JSON.stringify({ people, seed, written }))
  return written
}
