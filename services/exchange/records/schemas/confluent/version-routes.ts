import Type from 'typebox'
import { isFailure } from '../../../../contract/failure.ts'
import { refuse } from '../../../platform/http/problem.ts'
import type { Plugin } from '../../../platform/http/server.ts'
import { addVersion } from '../add-version.ts'
import { readReferrers } from '../deleted-version-store.ts'
import type { SchemaNeeds } from '../needs.ts'
import { readCandidate, schemaBody } from './body.ts'
import { deleteVersion } from './delete-version.ts'
import { describe } from './describe.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { ownSubject, pickVersion, readText, subjectOf, versionsOf } from './find-subject.ts'
import { agrees, lookUp, namesItself, notInImportMode } from './look-up.ts'
import { pageOf, type Query, query, shownBy } from './query.ts'
import { deleting, reading, registering } from './rights.ts'

const params = Type.Object({ subject: Type.String(), version: Type.String() })

export const versionRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    const find = async ({ subject, version }: { subject: string; version: string }, asked: Query) => {
      const versions = await versionsOf(needs, subject, shownBy(asked))
      const picked = isConfluentError(versions) ? versions : pickVersion(versions, version)
      return isConfluentError(picked) ? picked : readText(needs, picked)
    }

    app.get(
      '/subjects/:subject/versions/:version',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const found = await find(request.params, request.query)
        return isConfluentError(found) ? say(reply, found) : describe(found)
      },
    )

    app.get(
      '/subjects/:subject/versions/:version/schema',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const found = await find(request.params, request.query)
        return isConfluentError(found) ? say(reply, found) : found.schema
      },
    )

    app.get(
      '/subjects/:subject/versions/:version/referencedby',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const found = await find(request.params, request.query)
        if (isConfluentError(found)) return say(reply, found)
        return pageOf(await readReferrers(needs.pool, subjectOf(found.dataset), found.version), request.query)
      },
    )

    app.post(
      '/subjects/:subject/versions',
      {
        ...registering,
        schema: { hide: true, params: Type.Pick(params, ['subject']), querystring: query, body: schemaBody },
      },
      async ({ params: { subject }, body, caller }, reply) => {
        const dataset = ownSubject(needs, caller, subject)
        if (isConfluentError(dataset)) return say(reply, dataset)
        const candidate = await readCandidate(needs, dataset, body)
        if (isConfluentError(candidate)) return say(reply, candidate)
        if (namesItself(body)) {
          const found = await lookUp(needs, subject, body, 'standing')
          if (isConfluentError(found) || !agrees(body, found)) return say(reply, notInImportMode(subject))
        }
        const outcome = await addVersion(needs, caller, candidate)
        return isFailure(outcome) ? refuse(reply, outcome) : describe(outcome.registered)
      },
    )

    /** Is this schema that version? Nothing is written: docs/decisions/2026-11-30-no-import-of-versions.md. */
    app.post(
      '/subjects/:subject/versions/:version',
      { ...reading, schema: { hide: true, params, querystring: query, body: schemaBody } },
      async (request, reply) => {
        const { subject } = request.params
        const asked = await find(request.params, request.query)
        if (isConfluentError(asked)) return say(reply, asked)
        const found = await lookUp(needs, subject, request.body, shownBy(request.query))
        if (isConfluentError(found)) return say(reply, found)
        if (!agrees(request.body, asked)) return say(reply, notInImportMode(subject))
        const isSame = asked.fingerprint === found.fingerprint
        return isSame ? describe(asked) : say(reply, confluentError(40403, `as version ${asked.version}`))
      },
    )

    app.delete(
      '/subjects/:subject/versions/:version',
      { ...deleting, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const outcome = await deleteVersion(needs, request.caller, request.params, request.query.permanent)
        return isConfluentError(outcome) ? say(reply, outcome) : outcome
      },
    )
  }
