import { readFileSync } from 'node:fs'
import Type from 'typebox'
import type { Plugin } from '../../../platform/http/server.ts'
import { defaultContext } from './context.ts'
import { confluentError, say } from './error.ts'
import { pageOf, query } from './query.ts'
import { reading } from './rights.ts'

const packageFile = new URL('../../../../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }
const named = Type.Object({ namespace: Type.String(), name: Type.String() })
const listing = { ...reading, schema: { hide: true, querystring: query } }
const writing = { ...reading, schema: { hide: true, querystring: query, body: Type.Unknown() } }

/** Questions of clients about the registry itself, and about what it does not have: copies elsewhere, subjects of a topic. */
export const aboutRoutes: Plugin = async app => {
  app.get('/contexts', listing, async ({ query: asked }) =>
    pageOf(
      [defaultContext].filter(name => name.startsWith(asked.contextPrefix ?? '')),
      asked,
    ),
  )

  app.get('/exporters', listing, async () => [])
  app.post('/exporters', writing, async (_request, reply) =>
    say(reply, confluentError(42205, 'The hub copies its schemas to no other registry: there are no exporters.')),
  )

  // Serializers of 2026 ask before they take the subject that is named for the topic.
  app.get(
    '/associations/resources/:namespace/:name',
    { ...listing, schema: { ...listing.schema, params: named } },
    async () => [],
  )
  app.post('/associations', writing, async (_request, reply) =>
    say(reply, confluentError(42205, 'The subject of a topic is named for it: there are no associations.')),
  )

  app.get('/v1/metadata/id', listing, async () => ({
    id: '',
    scope: { path: [], clusters: { 'schema-registry-cluster': 'datarun' } },
  }))
  app.get('/v1/metadata/version', listing, async () => ({ version, commitId: '' }))
}
