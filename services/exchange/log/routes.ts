/** All HTTP of the access log. */
import type { Plugin } from '../platform/http/server.ts'
import type { Hub } from '../hub.ts'
import { accessesRoutes } from './reading/accesses-routes.ts'
import { alarmRoutes } from './reading/alarm-routes.ts'
import type { Thresholds } from './reading/alarm-rules.ts'
import { continuationRoutes } from './keeping/continuation-routes.ts'
import { entryRoutes } from './reading/entry-routes.ts'
import { proofRoutes } from './keeping/proof-routes.ts'
import { retentionRoutes } from './keeping/retention-routes.ts'
import { searchRoutes } from './reading/search-routes.ts'
import { tileRoutes } from './keeping/tile-routes.ts'

export const accessLogRoutes =
  (hub: Hub, thresholds: Thresholds): Plugin =>
  async app => {
    const rooms = [
      proofRoutes,
      tileRoutes,
      searchRoutes,
      entryRoutes,
      retentionRoutes,
      continuationRoutes,
      accessesRoutes,
    ]
    for (const routes of rooms) await app.register(routes(hub))
    await app.register(alarmRoutes(hub, thresholds))
  }
