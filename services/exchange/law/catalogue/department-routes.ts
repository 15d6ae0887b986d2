import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { departmentBody, departmentId, systemBody, systemName } from './department.ts'
import { listDepartments, listSystems } from './department-store.ts'
import type { CatalogueNeeds } from './needs.ts'
import { putDepartment, putSystem } from './put-department.ts'

const departmentAnswer = Type.Object({ id: departmentId, ...departmentBody.properties }, closed)
const systemAnswer = Type.Object(
  { id: Type.String(), department: departmentId, ...systemBody.properties, active: Type.Boolean() },
  closed,
)

export const departmentRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/departments',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['departments'],
          summary: 'Who takes part',
          description: 'All in one answer: a city has some hundred departments.',
          response: answers({ 200: Type.Object({ items: Type.Array(departmentAnswer) }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ items: await listDepartments(needs.pool) }),
    )

    app.put(
      '/v1/departments/:id',
      {
        config: { access: 'register-department' },
        schema: {
          tags: ['departments'],
          summary: 'Register a department or change its entry',
          params: Type.Object({ id: departmentId }, closed),
          body: departmentBody,
          response: answers({ 200: departmentAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await putDepartment(needs, request.caller, { id: request.params.id, ...request.body })
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )

    app.get(
      '/v1/departments/:id/systems',
      {
        config: { access: 'read-systems' },
        schema: {
          tags: ['departments'],
          summary: 'The systems of a department and their public keys',
          description: 'All in one answer: a department has some dozen systems.',
          params: Type.Object({ id: departmentId }, closed),
          response: answers({ 200: Type.Object({ items: Type.Array(systemAnswer) }, closed) }),
        },
      },
      async (request, reply) => reply.send({ items: await listSystems(needs.pool, request.params.id) }),
    )

    app.put(
      '/v1/departments/:id/systems/:system',
      {
        config: { access: 'register-system' },
        schema: {
          tags: ['departments'],
          summary: 'Register a system with its public keys, or rotate them',
          params: Type.Object({ id: departmentId, system: systemName }, closed),
          body: systemBody,
          response: answers({ 200: systemAnswer }),
        },
      },
      async (request, reply) => {
        const { id: department, system } = request.params
        const { roles = ['system'], rights = [], active = true, title, jwks, dpopRequired } = request.body
        const id = `${department}/${system}`
        const outcome = await putSystem(needs, request.caller, {
          id,
          department,
          title,
          jwks,
          roles,
          rights,
          active,
          ...(dpopRequired !== undefined && { dpopRequired }),
        })
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )
  }
