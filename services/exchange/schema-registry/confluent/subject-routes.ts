import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { checkBulk } from '../../../contract/schema-guard.ts'
import { refuse } from '../../http/problem.ts'
import type { Plugin } from '../../http/server.ts'
import type { Hub } from '../../hub.ts'
import { addVersion } from '../add-version.ts'
import { readReferrers } from '../deleted-version-store.ts'
import { listDatasets } from '../schema-store.ts'
import { fingerprintOf, type RegisteredSchema } from '../schema-version.ts'
import { readCandidate, schemaBody } from './body.ts'
import { deleteSubject, deleteVersion } from './delete.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { registering as forRegistering, listing, lookingUp, removing, withDeleted } from './query.ts'
import { deleting, reading, registering } from './rights.ts'
import { ownSubject, pickVersion, subjectOf, versionsOf } from './subject.ts'

const subject = { subject: Type.String() }
const params = Type.Object(subject)
const versionParams = Type.Object({ ...subject, version: Type.String() })

export const describe = ({ id, guid, dataset, version, schema, references }: RegisteredSchema) => ({
  subject: subjectOf(dataset),
  version,
  id,
  guid,
  schemaType: 'JSON',
  ...(references.length > 0 && { references }),
  schema: JSON.stringify(schema),
})

export const subjectRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.get(
      '/subjects',
      {
        ...reading,
        schema: {
          hide: true,
          querystring: listing,
        },
      },
      async request => {
        const { deleted, subjectPrefix = '' } = request.query
        const listed = (await listDatasets(hub.pool)).filter(({ isDeleted }) => deleted || !isDeleted)
        return listed.map(({ dataset }) => subjectOf(dataset)).filter(name => name.startsWith(subjectPrefix))
      },
    )

    app.get(
      '/subjects/:subject/versions',
      { ...reading, schema: { hide: true, params, querystring: withDeleted } },
      async (request, reply) => {
        const versions = await versionsOf(hub, request.params.subject, request.query.deleted)
        return isConfluentError(versions) ? say(reply, versions) : versions.map(({ version }) => version)
      },
    )

    app.get(
      '/subjects/:subject/versions/:version',
      { ...reading, schema: { hide: true, params: versionParams, querystring: withDeleted } },
      async (request, reply) => {
        const versions = await versionsOf(hub, request.params.subject, request.query.deleted)
        const found = isConfluentError(versions) ? versions : pickVersion(versions, request.params.version)
        return isConfluentError(found) ? say(reply, found) : describe(found)
      },
    )

    app.get(
      '/subjects/:subject/versions/:version/schema',
      { ...reading, schema: { hide: true, params: versionParams } },
      async (request, reply) => {
        const versions = await versionsOf(hub, request.params.subject)
        const found = isConfluentError(versions) ? versions : pickVersion(versions, request.params.version)
        return isConfluentError(found) ? say(reply, found) : found.schema
      },
    )

    app.get(
      '/subjects/:subject/versions/:version/referencedby',
      { ...reading, schema: { hide: true, params: versionParams } },
      async (request, reply) => {
        const versions = await versionsOf(hub, request.params.subject)
        const found = isConfluentError(versions) ? versions : pickVersion(versions, request.params.version)
        if (isConfluentError(found)) return say(reply, found)
        return readReferrers(hub.pool, request.params.subject, found.version)
      },
    )

    app.post(
      '/subjects/:subject/versions',
      { ...registering, schema: { hide: true, params, querystring: forRegistering, body: schemaBody } },
      async (request, reply) => {
        const dataset = ownSubject(hub, request.caller, request.params.subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        const candidate = await readCandidate(hub, dataset, request.body)
        if (isConfluentError(candidate)) return say(reply, candidate)
        const outcome = await addVersion(hub, request.caller, candidate)
        return isFailure(outcome) ? refuse(reply, outcome) : describe(outcome.registered)
      },
    )

    app.post(
      '/subjects/:subject',
      { ...reading, schema: { hide: true, params, querystring: lookingUp, body: schemaBody } },
      async (request, reply) => {
        const versions = await versionsOf(hub, request.params.subject, request.query.deleted)
        if (isConfluentError(versions)) return say(reply, versions)
        const candidate = await readCandidate(hub, hub.catalogue.dataset(versions[0]!.dataset)!, request.body)
        if (isConfluentError(candidate)) return say(reply, candidate)
        const isLegible = checkBulk(candidate.schema).length === 0
        const fingerprint = isLegible ? fingerprintOf(candidate.schema) : ''
        const found = versions.findLast(one => one.fingerprint === fingerprint)
        return found ? describe(found) : say(reply, confluentError(40403, ''))
      },
    )

    app.delete(
      '/subjects/:subject',
      { ...deleting, schema: { hide: true, params, querystring: removing } },
      async (request, reply) => {
        const outcome = await deleteSubject(hub, request.caller, request.params.subject, request.query.permanent)
        return isConfluentError(outcome) ? say(reply, outcome) : outcome
      },
    )

    app.delete(
      '/subjects/:subject/versions/:version',
      { ...deleting, schema: { hide: true, params: versionParams, querystring: removing } },
      async (request, reply) => {
        const { subject: name, version } = request.params
        const outcome = await deleteVersion(hub, request.caller, { subject: name, version }, request.query.permanent)
        return isConfluentError(outcome) ? say(reply, outcome) : outcome
      },
    )
  }
