/** All HTTP of the access log. */
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { accessesRoutes } from './accesses-routes.ts'
import { alarmRoutes } from './alarm-routes.ts'
import type { Thresholds } from './alarm-rules.ts'
import { continuationRoutes } from './continuation-routes.ts'
import { entryRoutes } from './entry-routes.ts'
import { proofRoutes } from './proof-routes.ts'
import { retentionRoutes } from './retention-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { tileRoutes } from './tile-routes.ts'

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
