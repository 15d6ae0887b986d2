/** The sample city as its systems and people see it: each calls the hub as itself. */
import { join } from 'node:path'
import { type CatalogueFolder, readCatalogueFolder } from '../../client/catalogue-folder.ts'
import { createHubClient, type HubClient } from '../../client/hub-client.ts'
import { bearing, createAuthorize } from '../../contract/token-source.ts'
import { repository } from '../places.ts'
import { signIn } from '../sign-in.ts'
import type { Stack } from '../stack.ts'
import { audience } from '../stack-settings.ts'
import { stewardOf } from './people.ts'

export type City = {
  /** The folder of the sample catalogue. */
  schemas: string
  catalogue: CatalogueFolder
  /** A system by its id, `natural-resources/title-office`. */
  as(system: string): Promise<HubClient>
  asSteward(department: string): Promise<HubClient>
  asPerson(person: string): Promise<HubClient>
  /** The first system of a department that may pull. */
  windowOf(department: string): string
}

export async function openCity({ hub, issuer, keys }: Pick<Stack, 'hub' | 'issuer' | 'keys'>): Promise<City> {
  const schemas = join(repository, 'schemas')
  const catalogue = await readCatalogueFolder(schemas)
  const clients = new Map<string, Promise<HubClient>>()
  const kept = (who: string, make: () => Promise<HubClient>) => {
    const client = clients.get(who) ?? make()
    clients.set(who, client)
    return client
  }
  const asPerson = (person: string) =>
    kept(person, async () => {
      const token = await signIn({ issuer, redirectUri: `${hub}/console/`, person })
      return createHubClient({ hub, authorize: bearing(async () => token) })
    })
  return {
    schemas,
    catalogue,
    as: system =>
      kept(system, async () => {
        const { privateKey } = await keys.of(system)
        const authorize = createAuthorize({ issuer, clientId: system, privateKey, audience })
        return createHubClient({ hub, authorize })
      }),
    asPerson,
    asSteward: department => asPerson(stewardOf(department)),
    windowOf: department => {
      const { systems = [] } = catalogue.departments.find(({ id }) => id === department)!
      return systems.find(({ rights }) => rights?.includes('pull'))!.id
    },
  }
}
