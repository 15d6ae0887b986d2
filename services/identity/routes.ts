/** The issuer's HTTP beside oidc-provider's own: health, security headers, and the page on which people sign in. */

import type { IncomingMessage } from 'node:http'
import { errors, type KoaContextWithOIDC, type default as Provider } from 'oidc-provider'
import type { Logger } from '../contract/log.ts'
import { ping } from '../postgres/alive.ts'
import { isOutage } from '../postgres/outage.ts'
import { placeOf, whyRefused } from './client-proof.ts'
import { isGuessing } from './client-secret.ts'
import { errorPage, securityHeaders, signInPage } from './pages.ts'
import type { ProviderParts } from './provider-parts.ts'

type Context = Pick<
  KoaContextWithOIDC,
  'method' | 'path' | 'req' | 'res' | 'set' | 'redirect' | 'status' | 'type' | 'body'
>

const signInPath = /^\/sign-in\/[\w-]+$/
const longestForm = 1_024

export function addRoutes(provider: Provider, parts: ProviderParts, log: Logger): void {
  const headers = securityHeaders(parts.settings.consoleRedirectUris.map(uri => new URL(uri).origin))
  provider.use(async (ctx, next) => {
    ctx.set(headers)
    if (ctx.path === '/healthz') ctx.body = { status: 'ok' }
    else if (ctx.path === '/readyz') await sayWhetherReady(ctx, parts)
    else if (parts.people.length > 0 && signInPath.test(ctx.path)) await answerSignIn(provider, parts, ctx)
    else await next()
  })
  reportFailures(provider, parts, log)
}

async function sayWhetherReady(ctx: Context, { database, settings: { instance } }: ProviderParts) {
  const ready = await ping(database).then(
    () => true,
    () => false,
  )
  const status = ready ? 'ok' : 'unavailable'
  ctx.status = ready ? 200 : 503
  ctx.body = { status, database: status, ...(instance && { instance }) }
}

/** GET shows who may sign in, POST signs the chosen one in; both need the interaction's cookie, set by oidc-provider. */
async function answerSignIn(provider: Provider, { people }: ProviderParts, ctx: Context) {
  ctx.set('cache-control', 'no-store')
  try {
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res)
    if (prompt.name === 'consent') return await goOn(provider, ctx, { consent: {} })
    if (ctx.method !== 'POST') return show(ctx, 200, signInPage(people))
    const chosen = new URLSearchParams(await readForm(ctx.req)).get('person')
    const person = people.find(({ id }) => id === chosen)
    if (!person) return show(ctx, 400, errorPage('nobody was chosen'))
    return await goOn(provider, ctx, { login: { accountId: person.id } })
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error
    show(ctx, 400, errorPage('this sign-in has ended, or was begun in another browser'))
  }
}

/** The first part of a form's body; ours is one short line. */
async function readForm(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > longestForm) return ''
  }
  return body
}

async function goOn(provider: Provider, ctx: Context, result: Parameters<Provider['interactionResult']>[2]) {
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  ctx.status = 303
}

function show(ctx: Context, status: number, page: string) {
  ctx.status = status
  ctx.type = 'html'
  ctx.body = page
}

/** Refusals and failures go to the operators' log. A refused client is told what is wrong with its own assertion, no more. */
function reportFailures(provider: Provider, { settings, now }: ProviderParts, log: Logger) {
  provider.on('server_error', (ctx, error) => {
    if (!isOutage(error)) return log.error({ err: error }, 'request failed')
    ctx.status = 503
    ctx.set('retry-after', '1')
    if (ctx.type === 'application/json') ctx.body = { error: 'temporarily_unavailable' }
    log.warn({ err: error }, 'request met an outage')
  })
  const app: NodeJS.EventEmitter = provider
  app.on('error', (error: unknown) => log.error({ err: error }, 'request failed'))
  provider.on('grant.error', (ctx, error) => {
    const told = whyRefused(ctx, error, placeOf(settings.issuer, now()))
    if (isGuessing(error)) {
      ctx.status = 429
      ctx.set('retry-after', '60')
    }
    if (told?.error === 'invalid_dpop_proof') ctx.status = 400
    if (told && ctx.type === 'application/json') ctx.body = { error: told.error, error_description: told.why }
    log.info(
      { client: ctx.oidc.client?.clientId, code: told?.error ?? error.error, reason: told?.why ?? error.error_detail },
      'no token given',
    )
  })
}
