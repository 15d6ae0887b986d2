/** All HTTP of the access log. */
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { accessesRoutes } from './accesses-routes.ts'
import { entryRoutes } from './entry-routes.ts'
import { proofRoutes } from './proof-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { tileRoutes } from './tile-routes.ts'

export const accessLogRoutes =
  (hub: Hub): Plugin =>
  async app => {
    for (const routes of [proofRoutes, tileRoutes, searchRoutes, entryRoutes, accessesRoutes])
      await app.register(routes(hub))
  }
