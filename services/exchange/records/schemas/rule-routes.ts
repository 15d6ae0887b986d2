import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { changeSetting, deprecate } from './change-rules.ts'
import type { SchemaNeeds } from './needs.ts'
import { readSetting } from './setting-store.ts'
import { closed, datasetParams, describe, described, settingShape } from './shapes.ts'

/** How the schema of a dataset may evolve, and when publishing with a version ends. */
export const ruleRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/datasets/:id/evolution',
      {
        config: { access: 'register-schema' },
        schema: {
          tags: ['schemas'],
          summary: 'The compatibility mode and profile in force',
          params: datasetParams,
          response: answers({ 200: settingShape }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        return reply.send(await readSetting(needs.pool, dataset))
      },
    )

    app.put(
      '/v1/datasets/:id/evolution',
      {
        config: { access: 'rule-schema' },
        schema: {
          tags: ['schemas'],
          summary: 'Choose the compatibility mode and profile',
          params: datasetParams,
          body: Type.Partial(settingShape, closed),
          response: answers({ 200: settingShape }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        await changeSetting(needs, request.caller, dataset.id, request.body)
        return reply.send(await readSetting(needs.pool, dataset))
      },
    )

    app.put(
      '/v1/datasets/:id/schemas/:version/deprecation',
      {
        config: { access: 'rule-schema' },
        schema: {
          tags: ['schemas'],
          summary: 'Say from when on publishing with a version is refused; null takes that back',
          params: Type.Object(
            { ...datasetParams.properties, version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
            closed,
          ),
          body: Type.Object({ refusedFrom: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]) }, closed),
          response: answers({ 200: described }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const { refusedFrom } = request.body
        const outcome = await deprecate(needs, request.caller, {
          dataset: dataset.id,
          version: request.params.version,
          refusedFrom: refusedFrom === null ? null : new Date(refusedFrom),
        })
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(describe(outcome))
      },
    )
  }
