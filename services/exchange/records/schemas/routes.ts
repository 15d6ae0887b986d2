import Type from 'typebox'
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import { mostViolations } from '../../../json-schema/validation.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { isNumberPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, problemOf, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { addVersion } from './add-version.ts'
import { checkVersion } from './check-version.ts'
import { confluentRoutes } from './confluent/routes.ts'
import { explanationOf } from './explanation.ts'
import { impactOf } from './find-impact.ts'
import type { SchemaNeeds } from './needs.ts'
import { ruleRoutes } from './rule-routes.ts'
import { listStanding, listVersions, readVersion } from './schema-store.ts'
import type { RegisteredSchema } from './schema-version.ts'
import { readSetting } from './setting-store.ts'
import {
  anyObject,
  closed,
  datasetParams,
  describe,
  described,
  entryOf,
  impactShape,
  listed,
  verdictShape,
  versionParams,
} from './shapes.ts'
import { readStanding } from './standing-store.ts'

export const schemaRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    await app.register(registerRoute(needs))
    await app.register(readRoutes(needs))
    await app.register(comparisonRoute(needs))
    await app.register(validateRoute(needs))
    await app.register(ruleRoutes(needs))
    await app.register(confluentRoutes(needs))
  }

const registerRoute =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/datasets/:id/schemas',
      {
        config: { access: 'register-schema' },
        schema: {
          tags: ['schemas'],
          summary: 'Add a version to the schema of an own dataset; with dryRun, only say what it would do',
          params: datasetParams,
          querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }, closed),
          body: Type.Object({ schema: anyObject }, closed),
          response: answers({ 200: Type.Union([described, impactShape]), 201: described }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const candidate = { dataset, schema: request.body.schema as JsonObject }
        if (request.query.dryRun) {
          const impact = await impactOf(needs, candidate)
          if (isFailure(impact)) return refuse(reply, impact)
          return reply.send({ ...impact, uses: impact.uses.map(dated), publishers: impact.publishers.map(dated) })
        }
        const outcome = await addVersion(needs, request.caller, candidate)
        if (!isFailure(outcome)) return reply.code(outcome.isNew ? 201 : 200).send(describe(outcome.registered))
        const { compatibility } = outcome
        if (!compatibility) return refuse(reply, outcome)
        const problem = problemOf(outcome, request.id)
        return reply
          .code(problem.status as 409)
          .type('application/problem+json')
          .send({ ...problem, compatibility })
      },
    )
  }

const dated = <T extends { latest: Date }>(one: T) => ({ ...one, latest: one.latest.toISOString() })

const readRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/datasets/:id/schemas',
      {
        config: { access: 'read-schemas' },
        schema: {
          tags: ['schemas'],
          summary: 'Its versions, oldest first; each has its text at its own address',
          params: datasetParams,
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(listed) }),
        },
      },
      async (request, reply) => {
        const { id } = request.params
        if (!needs.catalogue.dataset(id)) return refuse(reply, failure('NOT_FOUND'))
        const page = await readPage(request.query, {
          isPosition: isNumberPosition,
          list: (after, limit) => listStanding(needs.pool, id, after, limit + 1),
          positionOf: ({ version }) => version,
          answerOf: entryOf,
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/datasets/:id/schemas/:version',
      {
        config: { access: 'read-schemas' },
        schema: {
          tags: ['schemas'],
          summary: 'One version, or `latest`; with an ETag',
          params: versionParams,
          response: answers({ 200: described, 304: Type.Null() }),
        },
      },
      async (request, reply) => {
        const found = await standingVersion(needs, request.params.id, request.params.version)
        if (isFailure(found)) return refuse(reply, found)
        const tag = `"${found.version}-${found.fingerprint.slice(0, 16)}-${found.refusedFrom?.getTime() ?? 0}"`
        reply.header('etag', tag).header('cache-control', 'private, no-cache')
        if (request.headers['if-none-match'] === tag) return reply.code(304).send(null)
        return reply.send(describe(found))
      },
    )
  }

const comparisonRoute =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/datasets/:id/schemas/:version/comparison',
      {
        config: { access: 'register-schema' },
        schema: {
          tags: ['schemas'],
          summary: 'What a version changed: compared with those before it, by the mode and profile in force',
          params: versionParams,
          response: answers({ 200: Type.Object({ compatibility: anyObject }, closed) }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const found = await standingVersion(needs, dataset.id, request.params.version)
        if (isFailure(found)) return refuse(reply, found)
        const setting = await readSetting(needs.pool, dataset)
        const versions = (await readStanding(needs.pool, dataset.id)).filter(({ version }) => version < found.version)
        const candidate = { dataset, schema: found.schema }
        const answer = await checkVersion(needs, candidate, setting, { versions, listing: 'always' })
        if (isFailure(answer)) return refuse(reply, answer)
        return reply.send({ compatibility: explanationOf(answer.checked, setting) })
      },
    )
  }

const validateRoute =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/datasets/:id/validate',
      {
        config: { access: 'check-record' },
        schema: {
          tags: ['schemas'],
          summary: 'Dry run: would this record be accepted, and if not, why',
          params: datasetParams,
          body: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })), record: anyObject }, closed),
          response: answers({ 200: verdictShape }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const found = await standingVersion(needs, dataset.id, String(request.body.version ?? 'latest'))
        const schema = isFailure(found) ? undefined : await needs.schemas.validatorFor(dataset.id, found.version)
        if (!schema) return refuse(reply, failure('SCHEMA_UNKNOWN', { pointer: '/version' }))
        const violations = schema.validate(request.body.record as JsonObject, mostViolations) ?? []
        return reply.send({ valid: violations.length === 0, violations })
      },
    )
  }

/** A version that is not deleted, by its number or as `latest`. */
async function standingVersion(
  needs: SchemaNeeds,
  dataset: string,
  version: string,
): Promise<RegisteredSchema | Failure> {
  const versions = (await listVersions(needs.pool, dataset)).filter(one => !one.deletedAt)
  const entry = version === 'latest' ? versions.at(-1) : versions.find(one => one.version === Number(version))
  const found = entry && (await readVersion(needs.pool, dataset, entry.version))
  return found ?? failure('NOT_FOUND')
}
