import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { departmentId, systemName } from './department.ts'
import type { CatalogueNeeds } from './needs.ts'
import { putReader, renewSecret, revokeReader } from './put-reader.ts'
import { readerBody, readerId } from './reader.ts'
import { listReaders } from './reader-store.ts'

const since = Type.String({ format: 'date-time', description: 'When its secret was made' })
const id = Type.String({ description: 'Its name at the issuer, and as the user of Basic' })
const readerAnswer = Type.Object(
  { id, department: departmentId, title: readerBody.properties.title, topics: Type.Boolean() },
  closed,
)
const listedReader = Type.Object(
  {
    ...readerAnswer.properties,
    active: Type.Boolean({ description: 'Whether it has a secret: not yet, or no longer, otherwise' }),
    since: Type.Optional(since),
  },
  closed,
)
const params = Type.Object({ id: departmentId, reader: systemName }, closed)
const address = '/v1/departments/:id/readers/:reader'
const tags = ['departments']

export const readerRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/readers',
      {
        config: { access: 'read-systems' },
        schema: {
          tags,
          summary: 'The programs that read schemas by a secret, such as Kafka UIs; never their secrets',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(listedReader) }),
        },
      },
      async (request, reply) => {
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (after, limit) => listReaders(needs.pool, after, limit + 1),
          positionOf: one => one.id,
          answerOf: ({ since: made, ...one }) => ({
            ...one,
            active: made !== null,
            ...(made && { since: made.toISOString() }),
          }),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.put(
      address,
      {
        config: { access: 'register-reader' },
        schema: {
          tags,
          summary: 'Register a program that reads schemas and nothing else, or change its entry',
          params,
          body: readerBody,
          response: answers({ 200: readerAnswer }),
        },
      },
      async (request, reply) => {
        const { id: department, reader } = request.params
        const { title, topics = false } = request.body
        const entry = { id: readerId(department, reader), department, title, topics }
        const outcome = await putReader(needs, request.caller, entry)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )

    app.post(
      `${address}/secret`,
      {
        config: { access: 'register-reader' },
        schema: {
          tags,
          operationId: 'renewReaderSecret',
          summary: 'Make its secret, or another one in its place; it is told this once',
          params,
          response: answers({ 201: Type.Object({ id, secret: Type.String(), since }, closed) }),
        },
      },
      async (request, reply) => {
        const { id: department, reader } = request.params
        const outcome = await renewSecret(needs, request.caller, readerId(department, reader))
        if (isFailure(outcome)) return refuse(reply, outcome)
        const answer = { ...outcome, since: outcome.since.toISOString() }
        return reply.code(201).header('cache-control', 'no-store').send(answer)
      },
    )

    app.delete(
      address,
      {
        config: { access: 'register-reader' },
        schema: {
          tags,
          summary: 'Revoke it: neither its secret nor a token of it opens anything from now on',
          params,
          response: answers({ 200: Type.Object({ id }, closed) }),
        },
      },
      async (request, reply) => {
        const { id: department, reader } = request.params
        const outcome = await revokeReader(needs, request.caller, readerId(department, reader))
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )
  }
