import Type from 'typebox'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import { departmentExists } from '../catalogue/department-store.ts'
import type { Transaction } from '../database/transaction.ts'
import { answers, refuse } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { checkMatter, type Matter, matterBody, matterSchema } from './matter.ts'
import { storeMatter } from './matter-store.ts'
import { planAnswer, planOf } from './plan.ts'
import { readRights } from './rights.ts'

const closed = { additionalProperties: false }
const params = Type.Object({ id: matterSchema.properties.id }, closed)

export const matterRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.get(
      '/v1/matters',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['matters'],
          summary: 'Public services and the proofs they require',
          response: answers({ 200: Type.Object({ items: Type.Array(matterSchema) }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ items: hub.catalogue.matters() }),
    )

    app.get(
      '/v1/matters/:id/plan',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['matters'],
          summary: 'What the matter’s department may ask for now, and which papers still have to be carried; no data',
          params,
          querystring: Type.Object({ subject: Type.Enum(['person', 'organisation'], { default: 'person' }) }, closed),
          response: answers({ 200: planAnswer }),
        },
      },
      async (request, reply) => {
        const matter = hub.catalogue.matter(request.params.id)
        if (!matter) return refuse(reply, failure('NOT_FOUND'))
        const { catalogue, pool: db } = hub
        const rights = await readRights({ db, catalogue, now: hub.now() }, matter, request.query.subject)
        return reply.send(planOf(matter, rights))
      },
    )

    app.put(
      '/v1/matters/:id',
      {
        config: { access: 'enter-matter' },
        schema: {
          tags: ['matters'],
          summary: 'Register a matter or change what it requires',
          params,
          body: matterBody,
          response: answers({ 200: matterSchema }),
        },
      },
      async (request, reply) => {
        const matter: Matter = { id: request.params.id, ...request.body }
        const refusal = checkMatter(matter, id => hub.catalogue.dataset(id) !== undefined)
        const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
          const unknown = refusal ?? (await checkDepartment(tx, matter))
          const decision = unknown
            ? { decision: 'refuse' as const, code: unknown.failure }
            : { decision: 'permit' as const }
          record({
            kind: 'matter',
            caller: request.caller.id,
            matter: matter.id,
            content: { id: matter.id },
            ...decision,
          })
          if (unknown) return unknown
          await storeMatter(tx, matter)
          return matter
        })
        if (isFailure(outcome)) return refuse(reply, outcome)
        await hub.catalogue.refresh()
        return reply.send(outcome)
      },
    )
  }

async function checkDepartment(tx: Transaction, { department }: Matter): Promise<Failure | undefined> {
  if (await departmentExists(tx, department)) return undefined
  const path = `PUT /v1/departments/${department}`
  const words = inWords(`Register it first: ${path}.`, `请先登记该部门：${path}。`)
  return failure('DEPARTMENT_UNKNOWN', { pointer: '/department', ...words })
}
