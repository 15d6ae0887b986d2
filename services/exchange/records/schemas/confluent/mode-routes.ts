import Type from 'typebox'
import type { Plugin } from '../../../platform/http/server.ts'
import { changeSetting } from '../change-rules.ts'
import type { SchemaNeeds } from '../needs.ts'
import { effectiveSetting, hubLevel, isWritingMode, nothingStated, type WritingMode } from '../setting.ts'
import { readSetting, readStated } from '../setting-store.ts'
import { type ConfluentError, confluentError, isConfluentError, say } from './error.ts'
import { datasetOf, ownSubject } from './find-subject.ts'
import { query } from './query.ts'
import { reading, ruling, rulingAll } from './rights.ts'

const params = Type.Object({ subject: Type.String() })
const body = Type.Object({ mode: Type.String({ maxLength: 100 }) }, { additionalProperties: false })

/** `/mode` says whether versions may be added, for all subjects or for one. */
export const modeRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    await app.register(ofHub(needs))
    await app.register(ofSubject(needs))
  }

const ofHub =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    const inForce = async () => effectiveSetting(nothingStated, await readStated(needs.pool, hubLevel)).mode
    app.get('/mode', { ...reading, schema: { hide: true, querystring: query } }, async () => ({
      mode: await inForce(),
    }))
    app.put('/mode', { ...rulingAll, schema: { hide: true, querystring: query, body } }, async (request, reply) => {
      const mode = readMode(request.body.mode)
      if (isConfluentError(mode)) return say(reply, mode)
      await changeSetting(needs, request.caller, hubLevel, { mode })
      return { mode }
    })
    app.delete('/mode', { ...rulingAll, schema: { hide: true, querystring: query } }, async request => {
      const before = await inForce()
      await changeSetting(needs, request.caller, hubLevel, { mode: null })
      return { mode: before }
    })
  }

const ofSubject =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get(
      '/mode/:subject',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const { subject } = request.params
        const id = datasetOf(needs, subject)?.id ?? hubLevel
        const own = id === hubLevel ? null : (await readStated(needs.pool, id)).mode
        if (!own && !request.query.defaultToGlobal) return say(reply, confluentError(40409, subject))
        return { mode: own ?? (await readSetting(needs.pool, { id })).mode }
      },
    )
    app.put(
      '/mode/:subject',
      { ...ruling, schema: { hide: true, params, querystring: query, body } },
      async (request, reply) => {
        const mode = readMode(request.body.mode)
        if (isConfluentError(mode)) return say(reply, mode)
        const dataset = ownSubject(needs, request.caller, request.params.subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        await changeSetting(needs, request.caller, dataset.id, { mode })
        return { mode }
      },
    )
    app.delete(
      '/mode/:subject',
      { ...ruling, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const { subject } = request.params
        const dataset = ownSubject(needs, request.caller, subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        const { mode } = await readStated(needs.pool, dataset.id)
        if (!mode) return say(reply, confluentError(40409, subject))
        await changeSetting(needs, request.caller, dataset.id, { mode: null })
        return { mode }
      },
    )
  }

/** Modes in which somebody else than the hub would give ids and versions, or pass schemas on. */
const elsewhere = ['IMPORT', 'READONLY_OVERRIDE', 'FORWARD']

function readMode(sent: string): WritingMode | ConfluentError {
  const wanted = sent.toUpperCase()
  if (isWritingMode(wanted)) return wanted
  return elsewhere.includes(wanted)
    ? confluentError(
        42205,
        `There is no mode ${wanted} here, the hub alone gives ids and versions: READWRITE or READONLY.`,
      )
    : confluentError(42204, sent)
}
