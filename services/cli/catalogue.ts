import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { applyCatalogue, type CatalogueFolder, readCatalogueFolder } from '../client/catalogue-folder.ts'
import type { HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'
import { Usage } from './outcome.ts'
import { readJson } from './read-json-file.ts'

export function catalogueCommand(environment: Environment): Command {
  const catalogue = new Command('catalogue').description('what is shared')
  addApply(catalogue, environment)
  addSystems(catalogue, environment)
  addDemandDpop(catalogue, environment)
  return catalogue
}

function addApply(catalogue: Command, environment: Environment) {
  callingHub(catalogue.command('apply'))
    .description(
      'register the departments, datasets, schemas and matters of a folder like schemas/; again changes nothing',
    )
    .argument('<folder>', 'with departments.json, <department>/<dataset>/dataset.json, v1.schema.json … and matters/')
    .option('--jwks <folder>', 'with the public JWK Set of each system as <department>.<system>.json')
    .action(async (folder: string, options: HubOptions & { jwks?: string }) => {
      const hub = await openHub(options, environment)
      const told = options.json ? () => {} : (what: string) => void process.stdout.write(`${what}\n`)
      const catalogue = await readCatalogueFolder(folder)
      const applied = await applyCatalogue(hub, catalogue, keysIn(options.jwks), told)
      const { departments, systems, datasets, schemas, matters } = applied
      process.stdout.write(
        options.json
          ? `${JSON.stringify(applied)}\n`
          : `${departments} departments, ${systems} systems, ${datasets} datasets, ${schemas} schemas, ${matters} matters stand.\n`,
      )
      const without = systemsWithoutKeys(catalogue, options.jwks)
      if (options.jwks && without.length > 0)
        process.stderr.write(
          `Left as they are, for want of ${options.jwks}/<department>.<system>.json: ${without.join(', ')}\n`,
        )
    })
}

function addSystems(catalogue: Command, environment: Environment) {
  callingHub(catalogue.command('systems'))
    .description('list the registered systems and what each may do')
    .action(async (options: HubOptions) => {
      const items = await listSystems(await openHub(options, environment))
      const lines = items.map(
        ({ id, active, rights, dpopRequired }) =>
          `${id}  ${active ? rights.join(', ') || '-' : 'inactive'}${dpopRequired ? '  (DPoP)' : ''}\n`,
      )
      process.stdout.write(options.json ? `${JSON.stringify(items)}\n` : lines.join(''))
    })
}

function addDemandDpop(catalogue: Command, environment: Environment) {
  callingHub(catalogue.command('demand-dpop'))
    .description(
      'let the tokens of a system open nothing without a proof of its key (DPoP); its bearer tokens end at once',
    )
    .argument('<system>', 'department/name')
    .option('--lift', 'take bearer tokens of it again')
    .action(async (system: string, options: HubOptions & { lift?: boolean }) => {
      const entry = await demandDpop(await openHub(options, environment), system, !options.lift)
      const words = options.lift ? 'may call with bearer tokens again' : 'calls with proofs (DPoP) alone from now on'
      process.stdout.write(options.json ? `${JSON.stringify(entry)}\n` : `${system} ${words}.\n`)
    })
}

type SystemEntry = { id: string; department: string }

async function demandDpop(hub: HubClient, system: string, dpopRequired: boolean): Promise<SystemEntry> {
  const [department, name] = system.split('/')
  const address = `/v1/departments/${department}/systems`
  const { items } = await hub.must<{ items: SystemEntry[] }>('GET', address)
  const found = items.find(({ id }) => id === system)
  if (!found) throw new Usage(`There is no system ${system}.`)
  const { id: _id, department: _department, ...entry } = found
  return hub.must('PUT', `${address}/${name}`, { ...entry, dpopRequired })
}

type ListedSystem = { id: string; active: boolean; rights: string[]; dpopRequired: boolean }

async function listSystems(hub: HubClient): Promise<ListedSystem[]> {
  const items: ListedSystem[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query = cursor ? `&cursor=${cursor}` : ''
    const page: { items: ListedSystem[]; next?: string } = await hub.must('GET', `/v1/systems?limit=200${query}`)
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

function keysIn(folder: string | undefined) {
  if (folder !== undefined && !existsSync(folder)) throw new Usage(`${folder} does not exist: --jwks names a folder.`)
  return async (system: string) => {
    const file = folder && keysFile(folder, system)
    return file && existsSync(file) ? readJson(file) : undefined
  }
}

const keysFile = (folder: string, system: string) => join(folder, `${system.replace('/', '.')}.json`)

const systemsWithoutKeys = ({ departments }: CatalogueFolder, folder = '') =>
  departments.flatMap(({ systems = [] }) => systems.map(({ id }) => id)).filter(id => !existsSync(keysFile(folder, id)))
