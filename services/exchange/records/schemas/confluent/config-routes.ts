import Type, { type Static } from 'typebox'
import type { Plugin } from '../../../platform/http/server.ts'
import { changeSetting } from '../change-rules.ts'
import type { SchemaNeeds } from '../needs.ts'
import {
  effectiveSetting,
  hubLevel,
  isMode,
  isProfile,
  nothingStated,
  type Setting,
  type StatedSetting,
} from '../setting.ts'
import { readSetting, readStated } from '../setting-store.ts'
import { type ConfluentError, confluentError, isConfluentError, say } from './error.ts'
import { datasetOf, ownSubject } from './find-subject.ts'
import { query } from './query.ts'
import { reading, ruling, rulingAll } from './rights.ts'
import { firstKept, unkept } from './unkept.ts'

const params = Type.Object({ subject: Type.String() })
const word = Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 100 })]))

const notKept = [
  'alias',
  'compatibilityGroup',
  'defaultMetadata',
  'overrideMetadata',
  'defaultRuleSet',
  'overrideRuleSet',
  'validateFields',
  'validateRules',
] as const

/** Schemas are compared as canonical JSON always, so `normalize` is taken and changes nothing. */
const body = Type.Object(
  {
    compatibility: word,
    compatibilityLevel: word,
    compatibilityPolicy: word,
    normalize: Type.Optional(Type.Union([Type.Null(), Type.Boolean()])),
    ...unkept(notKept),
  },
  { additionalProperties: false },
)

/** `/config` says how schemas may evolve, for all subjects or for one: the mode, and whether by the strict or lenient profile. */
export const configRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    await app.register(ofHub(needs))
    await app.register(ofSubject(needs))
  }

const ofHub =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    const answer = async () => {
      const stated = await readStated(needs.pool, hubLevel)
      return answerOf(effectiveSetting(nothingStated, stated), stated)
    }
    app.get('/config', { ...reading, schema: { hide: true, querystring: query } }, answer)
    app.put('/config', { ...rulingAll, schema: { hide: true, querystring: query, body } }, async (request, reply) => {
      const change = readChange(request.body)
      if (isConfluentError(change)) return say(reply, change)
      await changeSetting(needs, request.caller, hubLevel, change)
      return echoOf(change)
    })
    app.delete('/config', { ...rulingAll, schema: { hide: true, querystring: query } }, async request => {
      const before = await answer()
      await changeSetting(needs, request.caller, hubLevel, unstated)
      return before
    })
  }

const ofSubject =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get(
      '/config/:subject',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const { subject } = request.params
        const id = datasetOf(needs, subject)?.id ?? hubLevel
        const own = id === hubLevel ? nothingStated : await readStated(needs.pool, id)
        if (!says(own) && !request.query.defaultToGlobal) return say(reply, confluentError(40408, subject))
        return answerOf(await readSetting(needs.pool, datasetOf(needs, subject) ?? { id }), own)
      },
    )
    app.put(
      '/config/:subject',
      { ...ruling, schema: { hide: true, params, querystring: query, body } },
      async (request, reply) => {
        const change = readChange(request.body)
        if (isConfluentError(change)) return say(reply, change)
        const dataset = ownSubject(needs, request.caller, request.params.subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        await changeSetting(needs, request.caller, dataset.id, change)
        return echoOf(change)
      },
    )
    app.delete(
      '/config/:subject',
      { ...ruling, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const { subject } = request.params
        const dataset = ownSubject(needs, request.caller, subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        const own = await readStated(needs.pool, dataset.id)
        if (!says(own)) return say(reply, confluentError(40408, subject))
        const before = answerOf(await readSetting(needs.pool, dataset), own)
        await changeSetting(needs, request.caller, dataset.id, unstated)
        return before
      },
    )
  }

const unstated = { compatibility: null, profile: null }
const says = ({ compatibility, profile }: StatedSetting) => Boolean(compatibility ?? profile)

/** The policy is told where it is stated, or is not the one that every client expects. */
const answerOf = ({ compatibility, profile }: Setting, own: StatedSetting) => ({
  compatibilityLevel: compatibility,
  ...((own.profile || profile !== 'strict') && { compatibilityPolicy: profile.toUpperCase() }),
})

const echoOf = ({ compatibility, profile }: Partial<StatedSetting>) => ({
  ...(compatibility && { compatibility }),
  ...(profile && { compatibilityPolicy: profile.toUpperCase() }),
})

/** Members that a PUT changes: at least one of the two. `compatibilityLevel` is what GET calls it. */
function readChange(sent: Static<typeof body>): Partial<StatedSetting> | ConfluentError {
  const kept = firstKept(sent, notKept)
  if (kept) return confluentError(42203, `/${kept} is not kept here. Leave it out.`)
  const level = sent.compatibility ?? sent.compatibilityLevel
  const mode = level?.toUpperCase()
  const profile = sent.compatibilityPolicy?.toLowerCase()
  if (level && !isMode(mode)) return confluentError(42203, `/compatibility: there is no '${level}'.`)
  if (profile && !isProfile(profile)) {
    return confluentError(
      42203,
      `/compatibilityPolicy: there is no '${sent.compatibilityPolicy}', but STRICT and LENIENT.`,
    )
  }
  if (!mode && !profile) return confluentError(42203, 'say compatibility, or compatibilityPolicy.')
  return { ...(isMode(mode) && { compatibility: mode }), ...(isProfile(profile) && { profile }) }
}
