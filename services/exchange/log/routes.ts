/** All HTTP of the access log. */
import type { Plugin } from '../platform/http/server.ts'
import type { LogNeeds } from './append/needs.ts'
import { indexRoutes } from './index/index-routes.ts'
import { continuationRoutes } from './keeping/continuation-routes.ts'
import { proofRoutes } from './keeping/proof-routes.ts'
import { retentionRoutes } from './keeping/retention-routes.ts'
import { tileRoutes } from './keeping/tile-routes.ts'
import { accessesRoutes } from './reading/accesses-routes.ts'
import { alarmRoutes } from './reading/alarm-routes.ts'
import type { Thresholds } from './reading/alarm-rules.ts'
import { entryRoutes } from './reading/entry-routes.ts'
import { searchRoutes } from './reading/search-routes.ts'

export const accessLogRoutes =
  (needs: LogNeeds, thresholds: Thresholds): Plugin =>
  async app => {
    const rooms = [
      proofRoutes,
      tileRoutes,
      searchRoutes,
      entryRoutes,
      retentionRoutes,
      continuationRoutes,
      indexRoutes,
      accessesRoutes,
    ]
    for (const routes of rooms) await app.register(routes(needs))
    await app.register(alarmRoutes(needs, thresholds))
  }
