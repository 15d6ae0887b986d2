/**
 * Checks the console's types, templates included, against the hub's routes as they are now: the OpenAPI document is made
 * from the routes, the types from the document. Both tools need the compiler's JavaScript API, which TypeScript 7 no
 * longer has, so they are given version 5 (`typescript-5` in package.json).
 */
import { writeFile } from 'node:fs/promises'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { createLog } from '../contract/log.ts'
import { createMetrics } from '../exchange/platform/metrics.ts'
import { openRooms } from '../exchange/routes.ts'

const here = import.meta.dirname
const require = createRequire(import.meta.url)

registerHooks({
  resolve: (name, context, next) => next(name === 'typescript' ? 'typescript-5' : name, context),
})

/** The rooms on nothing: no route is ever called. */
async function apiDocument(): Promise<string> {
  const nothing: unknown = new Proxy(() => nothing, { get: (_, name) => (name === 'then' ? undefined : nothing) })
  const hub = { log: createLog('console', 'silent'), metrics: createMetrics(), newId: () => '', now: () => new Date() }
  const rooms = await openRooms({
    hub: new Proxy(hub, { get: (known, name) => Reflect.get(known, name) ?? nothing }),
    desk: nothing,
    verify: nothing,
    receipts: nothing,
    settings: { requestsPerMinute: 1, issuers: ['https://issuer.invalid'], consoleFolder: '' },
    ingestRunning: () => true,
    standing: () => [],
  } as never)
  const document = JSON.stringify(rooms.swagger())
  await rooms.close()
  return document
}

const { default: openapiTypes, astToString } = await import('openapi-typescript')
const types = astToString(await openapiTypes(await apiDocument()))
await writeFile(
  join(here, 'src/api-schema.d.ts'),
  `// Made from the hub's OpenAPI document by check-types.ts.\n${types}`,
)

process.argv = [process.argv[0]!, 'vue-tsc', '--project', join(here, 'tsconfig.json')]
require('vue-tsc').run(require.resolve('typescript-5/lib/tsc.js'))
