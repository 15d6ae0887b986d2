import Type from 'typebox'
import type { JsonObject } from '../../contract/canonical-json.ts'
import { failure, isFailure } from '../../contract/failure.ts'
import { compileSchema, mostViolations } from '../../contract/validation.ts'
import { ownDataset } from '../catalogue/own-dataset.ts'
import { answers, refuse } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import type { Role } from '../identity/caller.ts'
import { addVersion } from './add-version.ts'
import { listVersions } from './schema-store.ts'
import type { RegisteredSchema } from './schema-version.ts'

const closed = { additionalProperties: false }
const all: Role[] = ['operator', 'steward', 'auditor', 'citizen', 'system']
const params = Type.Object({ id: Type.String({ maxLength: 110 }) }, closed)
const anyObject = Type.Object({}, { additionalProperties: true })
const described = Type.Object(
  {
    id: Type.Integer({ description: 'Global id of the Confluent API' }),
    dataset: Type.String(),
    version: Type.Integer(),
    fingerprint: Type.String(),
    registeredAt: Type.String({ format: 'date-time' }),
    refusedFrom: Type.Optional(Type.String({ format: 'date-time' })),
    schema: anyObject,
  },
  closed,
)
const verdict = Type.Object(
  {
    valid: Type.Boolean(),
    violations: Type.Array(
      Type.Object({ pointer: Type.String(), keyword: Type.String(), message: Type.String() }, closed),
    ),
  },
  closed,
)

export const schemaRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.post(
      '/v1/datasets/:id/schemas',
      {
        config: { access: ['operator', 'steward', 'system'] },
        schema: {
          tags: ['schemas'],
          summary: 'Add a version to the schema of an own dataset',
          params,
          body: Type.Object({ schema: anyObject }, closed),
          response: answers({ 200: described, 201: described }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(hub.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const outcome = await addVersion(hub, request.caller, dataset, request.body.schema as JsonObject)
        if (isFailure(outcome)) return refuse(reply, outcome)
        return reply.code(outcome.isNew ? 201 : 200).send(describe(outcome.registered))
      },
    )

    app.get(
      '/v1/datasets/:id/schemas',
      {
        config: { access: all },
        schema: {
          tags: ['schemas'],
          summary: 'All versions, oldest first',
          params,
          response: answers({ 200: Type.Object({ items: Type.Array(described) }, closed) }),
        },
      },
      async (request, reply) => {
        if (!hub.catalogue.dataset(request.params.id)) return refuse(reply, failure('NOT_FOUND'))
        const versions = await listVersions(hub.pool, request.params.id)
        return reply.send({ items: versions.filter(version => !version.deletedAt).map(describe) })
      },
    )

    app.get(
      '/v1/datasets/:id/schemas/:version',
      {
        config: { access: all },
        schema: {
          tags: ['schemas'],
          summary: 'One version, or `latest`; with an ETag',
          params: Type.Object(
            { ...params.properties, version: Type.String({ pattern: '^([1-9][0-9]{0,8}|latest)$' }) },
            closed,
          ),
          response: answers({ 200: described, 304: Type.Null() }),
        },
      },
      async (request, reply) => {
        const { id, version } = request.params
        const versions = (await listVersions(hub.pool, id)).filter(one => !one.deletedAt)
        const found = version === 'latest' ? versions.at(-1) : versions.find(one => one.version === Number(version))
        if (!found) return refuse(reply, failure('NOT_FOUND'))
        const tag = `"${found.version}-${found.fingerprint.slice(0, 16)}-${found.refusedFrom?.getTime() ?? 0}"`
        reply.header('etag', tag).header('cache-control', 'private, no-cache')
        if (request.headers['if-none-match'] === tag) return reply.code(304).send(null)
        return reply.send(describe(found))
      },
    )

    app.post(
      '/v1/datasets/:id/validate',
      {
        config: { access: ['operator', 'steward', 'system'] },
        schema: {
          tags: ['schemas'],
          summary: 'Dry run: would this record be accepted, and if not, why',
          params,
          body: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })), record: anyObject }, closed),
          response: answers({ 200: verdict }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(hub.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const versions = await listVersions(hub.pool, dataset.id)
        const wanted = request.body.version ?? versions.at(-1)?.version
        const found = versions.find(one => one.version === wanted)
        if (!found) return refuse(reply, failure('SCHEMA_UNKNOWN', { pointer: '/version' }))
        const validate = compileSchema(found.schema)
        if (isFailure(validate)) return refuse(reply, validate)
        const violations = validate(request.body.record as JsonObject, mostViolations) ?? []
        return reply.send({ valid: violations.length === 0, violations })
      },
    )
  }

const describe = ({ id, dataset, version, fingerprint, registeredAt, refusedFrom, schema }: RegisteredSchema) => ({
  id,
  dataset,
  version,
  fingerprint,
  registeredAt: registeredAt.toISOString(),
  ...(refusedFrom && { refusedFrom: refusedFrom.toISOString() }),
  schema,
})
