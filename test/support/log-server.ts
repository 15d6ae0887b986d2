/** The access log's routes behind the hub's real HTTP server, with one token for each role. */
import type pg from 'pg'
import { noExceptions } from '../../services/contract/code-exceptions.ts'
import { failure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import type { AccessLog } from '../../services/exchange/log/append/access-log.ts'
import type { LogNeeds } from '../../services/exchange/log/append/needs.ts'
import type { Thresholds } from '../../services/exchange/log/reading/alarm-rules.ts'
import { accessLogRoutes } from '../../services/exchange/log/routes.ts'
import { createServer, type Server } from '../../services/exchange/platform/http/server.ts'
import type { Caller } from '../../services/exchange/platform/identity/caller.ts'
import { li, zhang } from './log-drafts.ts'
import { noProof } from './no-proof.ts'

/** Small enough to be reached in a test. */
export const thresholds: Thresholds = {
  alarmSubjectsPerHour: 3,
  alarmPullsWithoutCase: 1,
  alarmCaseDays: 180,
  alarmNightFrom: 22,
  alarmNightUntil: 6,
  alarmNightPulls: 1,
  alarmRefusalsInRow: 3,
}

const callers: Record<string, Caller> = {
  auditor: { id: 'auditor-1', kind: 'person', roles: ['auditor'] },
  operator: { id: 'operator-1', kind: 'person', roles: ['operator'] },
  system: { id: 'taxation/desk', kind: 'system', department: 'taxation', roles: ['system'] },
  zhang: { id: 'citizen-zhang', kind: 'person', roles: ['citizen'], subject: zhang },
  li: { id: 'citizen-li', kind: 'person', roles: ['citizen'], subject: li },
}

export type LogServer = {
  app: Server
  hub: LogNeeds
  /** `http://127.0.0.1:…/v1/access-log` */
  address: string
  /** Calls as one of: auditor, operator, system, zhang, li, or as no one. */
  call: (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, as?: string, body?: object) => ReturnType<typeof send>
}

async function send(app: Server, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, as?: string, body?: object) {
  const authorization = as && { authorization: `Bearer ${as}` }
  const answer = await app.inject({ method, url, headers: { ...authorization }, ...(body && { payload: body }) })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    bytes: answer.rawPayload,
    json: () => answer.json(),
  }
}

export async function openLogServer(pool: pg.Pool, accessLog: AccessLog, now = () => new Date()): Promise<LogServer> {
  const log = createLog('test', 'silent')
  let requests = 0
  const newId = () => `request-${++requests}`
  const hub: LogNeeds = { pool, log, accessLog, now, catalogue: { exceptions: noExceptions } }
  const verify = (token: string) => callers[token] ?? failure('TOKEN_INVALID')
  const findSystem = () => undefined
  const app = await createServer({
    log,
    verify,
    findSystem,
    checkProof: noProof,
    newId,
    now: () => new Date(),
    requestsPerMinute: 1_000_000,
  })
  await app.register(accessLogRoutes(hub, thresholds))
  const address = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/access-log`
  return { app, hub, address, call: (method, url, as, body) => send(app, method, url, as, body) }
}
