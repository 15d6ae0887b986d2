import Type from 'typebox'
import type { Plugin } from '../../http/server.ts'
import type { Hub } from '../../hub.ts'
import type { Caller } from '../../identity/caller.ts'
import { changeSetting } from '../change-rules.ts'
import { effectiveSetting, hubLevel, isMode, isWritingMode, nothingStated, type StatedSetting } from '../setting.ts'
import { readSetting, readStated } from '../setting-store.ts'
import { notKept } from './body.ts'
import { type ConfluentError, confluentError, isConfluentError, say } from './error.ts'
import { configuring } from './query.ts'
import { reading, ruling, rulingAll } from './rights.ts'
import { datasetOf, ownSubject } from './subject.ts'

const params = Type.Object({ subject: Type.String() })

/** What one may say of the whole Confluent configuration here; the rest would mean something that the hub does not do. */
const alsoConfig = {
  normalize: Type.Optional(Type.Union([Type.Null(), Type.Literal(true)])),
  alias: notKept,
  compatibilityGroup: notKept,
  compatibilityPolicy: notKept,
  defaultMetadata: notKept,
  overrideMetadata: notKept,
  defaultRuleSet: notKept,
  overrideRuleSet: notKept,
  validateFields: notKept,
  validateRules: notKept,
}

const bodyOf = (key: Word['key']) =>
  Type.Object({ [key]: Type.String(), ...(key === 'compatibility' && alsoConfig) }, { additionalProperties: false })

/** `/config` says how schemas may evolve, `/mode` whether any may be added; for all subjects, or for one. */
type Word = { path: string; key: 'compatibility' | 'mode'; answers: string; missing: 40408 | 40409 }
const words: Word[] = [
  { path: '/config', key: 'compatibility', answers: 'compatibilityLevel', missing: 40408 },
  { path: '/mode', key: 'mode', answers: 'mode', missing: 40409 },
]

export const configRoutes =
  (hub: Hub): Plugin =>
  async app => {
    for (const word of words) {
      await app.register(hubRoutes(hub, word))
      await app.register(ofSubjectRoutes(hub, word))
    }
  }

const hubRoutes =
  (hub: Hub, { path, key, answers }: Word): Plugin =>
  async app => {
    const body = bodyOf(key)
    const inForce = async () => effectiveSetting(nothingStated, await readStated(hub.pool, hubLevel))[key]
    app.get(path, { ...reading, schema: { hide: true } }, async () => ({ [answers]: await inForce() }))
    app.put(path, { ...rulingAll, schema: { hide: true, body } }, async (request, reply) => {
      const change = readChange(key, (request.body as Record<string, string>)[key])
      if (isConfluentError(change)) return say(reply, change)
      await changeSetting(hub, request.caller, hubLevel, change)
      return { [key]: change[key] }
    })
    app.delete(path, { ...rulingAll, schema: { hide: true } }, async request => {
      const before = await inForce()
      await changeSetting(hub, request.caller, hubLevel, { [key]: null })
      return { [answers]: before }
    })
  }

const ofSubjectRoutes =
  (hub: Hub, { path, key, answers, missing }: Word): Plugin =>
  async app => {
    const body = bodyOf(key)
    const stated = async (subject: string) => {
      const dataset = datasetOf(hub, subject)
      return dataset && (await readStated(hub.pool, dataset.id))[key]
    }
    const change = async (caller: Caller, subject: string, to: Partial<StatedSetting>) => {
      const dataset = ownSubject(hub, caller, subject)
      if (isConfluentError(dataset)) return dataset
      await changeSetting(hub, caller, dataset.id, to)
      return undefined
    }
    app.get(
      `${path}/:subject`,
      { ...reading, schema: { hide: true, params, querystring: configuring } },
      async (request, reply) => {
        const { subject } = request.params
        const dataset = datasetOf(hub, subject)
        const own = await stated(subject)
        if (!own && !(request.query.defaultToGlobal && dataset)) return say(reply, confluentError(missing, subject))
        return { [answers]: own ?? (await readSetting(hub.pool, dataset!))[key] }
      },
    )
    app.put(`${path}/:subject`, { ...ruling, schema: { hide: true, params, body } }, async (request, reply) => {
      const to = readChange(key, (request.body as Record<string, string>)[key])
      if (isConfluentError(to)) return say(reply, to)
      const refused = await change(request.caller, request.params.subject, to)
      return refused ? say(reply, refused) : { [key]: to[key] }
    })
    app.delete(`${path}/:subject`, { ...ruling, schema: { hide: true, params } }, async (request, reply) => {
      const before = await stated(request.params.subject)
      const refused = await change(request.caller, request.params.subject, { [key]: null })
      if (refused) return say(reply, refused)
      return before ? { [answers]: before } : say(reply, confluentError(missing, request.params.subject))
    })
  }

function readChange(key: Word['key'], value = ''): Partial<StatedSetting> | ConfluentError {
  const wanted = value.toUpperCase()
  if (key === 'compatibility') return isMode(wanted) ? { compatibility: wanted } : confluentError(42203, value)
  return isWritingMode(wanted) ? { mode: wanted } : confluentError(42204, value)
}
