import Type from 'typebox'
import { answers } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { formatOf } from '../schema-registry/field-path.ts'
import { readNewest } from '../schema-registry/schema-store.ts'
import { sampleOverlap } from './overlap-store.ts'
import { findCandidates, type Item, type Overlap, reportRepeats } from './repeat-collection.ts'

const closed = { additionalProperties: false }
const text = Type.String()
const format = Type.Object(
  { type: text, format: Type.Optional(text) },
  { ...closed, description: 'As the newest schema states it (数据项格式); absent where it states none' },
)
const place = { dataset: text, department: text, pointer: text, format: Type.Optional(format) }
const overlap = Type.Object({ subjects: Type.Integer(), same: Type.Integer() }, closed)
const repeatedItem = Type.Object(
  {
    title: Type.Object({ zh: text, en: text }, closed),
    source: Type.Object(place, { ...closed, description: 'Proposed source department (数源部门)' }),
    repeats: Type.Array(Type.Object({ ...place, overlap }, closed)),
  },
  closed,
)

export const repeatCollectionRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.get(
      '/v1/repeat-collection',
      {
        config: { access: 'find-repeat-collection' },
        schema: {
          tags: ['catalogue'],
          summary: 'Data items that two departments collect, and the proposed source (Order 809, Art 19)',
          response: answers({ 200: Type.Object({ items: Type.Array(repeatedItem) }, closed) }),
        },
      },
      async (request, reply) => {
        const { caller } = request
        const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
          const datasets = hub.catalogue.datasets()
          const schemas = await readNewest(
            tx,
            datasets.map(({ id }) => id),
          )
          const candidates = findCandidates(datasets, (dataset, pointer) => {
            const schema = schemas.get(dataset)
            return schema && formatOf(schema, pointer)
          })
          const overlaps = new Map<string, Overlap>()
          for (const { source, others } of candidates) {
            for (const other of others) overlaps.set(keyOf(source, other), await sampleOverlap(tx, source, other))
          }
          const items = reportRepeats(candidates, (one, other) => overlaps.get(keyOf(one, other)) ?? none)
          const department = caller.department && { department: caller.department }
          const content = { noun: 'repeat-collection', id: 'report' }
          record({ kind: 'catalogue', caller: caller.id, ...department, content, decision: 'permit' })
          return items
        })
        return reply.send({ items: outcome })
      },
    )
  }

const none: Overlap = { subjects: 0, same: 0 }
const keyOf = (one: Item, other: Item) => `${one.dataset}${one.pointer} ${other.dataset}${other.pointer}`
