import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { applyCatalogue, readCatalogueFolder } from '../client/catalogue-folder.ts'
import type { HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'
import { readJson } from './read-json-file.ts'

export function catalogueCommand(environment: Environment): Command {
  const catalogue = new Command('catalogue').description('what is shared')
  callingHub(catalogue.command('apply'))
    .description(
      'register the departments, datasets, schemas and matters of a folder like schemas/; again changes nothing',
    )
    .argument('<folder>', 'with departments.json, <department>/<dataset>/dataset.json, v1.schema.json … and matters/')
    .option('--jwks <folder>', 'with the public JWK Set of each system as <department>.<system>.json')
    .action(async (folder: string, options: HubOptions & { jwks?: string }) => {
      const hub = await openHub(options, environment)
      const told = options.json ? () => {} : (what: string) => void process.stdout.write(`${what}\n`)
      const applied = await applyCatalogue(hub, await readCatalogueFolder(folder), keysIn(options.jwks), told)
      const { departments, systems, datasets, schemas, matters } = applied
      process.stdout.write(
        options.json
          ? `${JSON.stringify(applied)}\n`
          : `${departments} departments, ${systems} systems, ${datasets} datasets, ${schemas} schemas, ${matters} matters stand.\n`,
      )
    })
  callingHub(catalogue.command('systems'))
    .description('list the registered systems and what each may do')
    .action(async (options: HubOptions) => {
      const items = await listSystems(await openHub(options, environment))
      const lines = items.map(({ id, active, rights }) => `${id}  ${active ? rights.join(', ') || '-' : 'inactive'}\n`)
      process.stdout.write(options.json ? `${JSON.stringify(items)}\n` : lines.join(''))
    })
  return catalogue
}

type ListedSystem = { id: string; active: boolean; rights: string[] }

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

const keysIn = (folder: string | undefined) => async (system: string) =>
  folder === undefined ? undefined : readWhereThere(join(folder, `${system.replace('/', '.')}.json`))

const readWhereThere = (path: string) => (existsSync(path) ? readJson(path) : undefined)
