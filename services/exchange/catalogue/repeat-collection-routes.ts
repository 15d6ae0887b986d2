import Type from 'typebox'
import { answers } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { sampleOverlap } from './overlap-store.ts'
import { findCandidates, type Item, type Overlap, reportRepeats } from './repeat-collection.ts'

const closed = { additionalProperties: false }
const text = Type.String()
const place = { dataset: text, department: text, pointer: text }
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
        config: { access: ['operator', 'auditor', 'steward'] },
        schema: {
          tags: ['catalogue'],
          summary: 'Data items that two departments collect, and the proposed source (Order 809, Art 19)',
          response: answers({ 200: Type.Object({ items: Type.Array(repeatedItem) }, closed) }),
        },
      },
      async (request, reply) => {
        const { caller } = request
        const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
          const candidates = findCandidates(hub.catalogue.datasets())
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
