/**
 * Rules for references: they lead to a subschema of the same schema, recurse only into parts of a value, and multiply the
 * cost of validating by a bounded factor. Doubling references (`a: allOf [b, b]`, `b: allOf [c, c]`, ...) and recursion
 * that visits one part of a value twice cost exponential time otherwise.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import type { Violation } from '../contract/failure.ts'
import { evaluatedBy } from './evaluated-properties.ts'
import { type Edge, graphOf, isInPlace, type Node, resolverOf } from './schema-graph.ts'

/** How many subschemas the schema may have once every reference is written out (a recursive one once). */
const expandedLimit = 10_000

export function checkReferences(root: JsonObject): Violation[] {
  const nodes = [...graphOf(root).values()]
  const broken = nodes.flatMap(node => (node.edges.every(edge => edge.target) ? [] : [leadsNowhere(node)]))
  if (broken.length > 0) return broken
  const groups = groupsOf(nodes)
  const groupOf = new Map(groups.flatMap(group => group.map(node => [node, group] as const)))
  const endless = groups.filter(group => recursesInPlace(group))
  if (endless.length > 0) return endless.map(group => ref(group[0]!, 'recurses without descending into the value'))
  const large = expand(groups, groupOf)
  if (large) return [ref(large, `expands to more than ${expandedLimit} subschemas`)]
  const doubling = groups.map(doublesIn).filter(node => node !== undefined)
  return [
    ...doubling.map(node => ref(node, 'recurses into the same part of the value by two ways, doubling at each level')),
    ...nodes.filter(node => isUnsure(node, root)).map(dependsOnRecord),
  ]
}

const ref = (node: Node, message: string): Violation => ({ pointer: node.pointer, keyword: '$ref', message })
const leadsNowhere = (node: Node): Violation => ({
  pointer: `${node.pointer}/$ref`,
  keyword: '$ref',
  message: 'leads to no subschema of this schema',
})

function isUnsure({ schema }: Node, root: JsonObject): boolean {
  if (!isObject(schema) || schema.unevaluatedProperties === undefined) return false
  return !evaluatedBy(schema, resolverOf(root)).isCertain
}

const dependsOnRecord = (node: Node): Violation => ({
  pointer: `${node.pointer}/unevaluatedProperties`,
  keyword: 'unevaluatedProperties',
  message: 'is accepted only where anyOf, oneOf, if and dependentSchemas beside it name no properties',
})

/** Strongly connected groups (Tarjan), each after the groups it leads to. A group of several nodes recurses. */
function groupsOf(nodes: Node[]): Node[][] {
  const groups: Node[][] = []
  const order = new Map<Node, number>()
  const lowest = new Map<Node, number>()
  const open: Node[] = []
  const visit = (node: Node) => {
    order.set(node, order.size)
    lowest.set(node, order.get(node)!)
    open.push(node)
    for (const { target } of node.edges) {
      if (!order.has(target!)) visit(target!)
      if (open.includes(target!)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(target!)!))
    }
    if (lowest.get(node) === order.get(node)) groups.push(open.splice(open.indexOf(node)))
  }
  for (const node of nodes) if (!order.has(node)) visit(node)
  return groups
}

function recursesInPlace(group: Node[]): boolean {
  const inside = new Set(group)
  const left = new Map(
    group.map(node => [node, node.edges.filter(edge => isInPlace(edge) && inside.has(edge.target!))]),
  )
  for (let removed = true; removed; ) {
    removed = false
    for (const [node, edges] of left) {
      if (edges.every(edge => !left.has(edge.target!))) removed = left.delete(node)
    }
  }
  return left.size > 0
}

function expand(groups: Node[][], groupOf: Map<Node, Node[]>): Node | undefined {
  const sizes = new Map<Node[], number>()
  for (const group of groups) {
    const outward = group.flatMap(node => node.edges).filter(edge => groupOf.get(edge.target!) !== group)
    const size = outward.reduce((sum, edge) => sum + sizes.get(groupOf.get(edge.target!)!)!, group.length)
    if (size > expandedLimit) return group[0]
    sizes.set(group, size)
  }
  return undefined
}

/** A part of a value: the member `name`, or the item at `name`; without a name one that no schema names. */
type Part = { of: 'object' | 'array'; name?: string }

function doublesIn(group: Node[]): Node | undefined {
  const inside = new Set(group)
  const within = new Map(group.map(node => [node, node.edges.filter(edge => inside.has(edge.target!))]))
  return partsOf([...within.values()].flat())
    .map(part => group.find(countVisits(part, within)))
    .find(node => node !== undefined)
}

function partsOf(edges: Edge[]): Part[] {
  const named = (keyword: string) => edges.filter(({ tokens }) => tokens[0] === keyword).map(({ tokens }) => tokens[1]!)
  return [
    ...[undefined, ...new Set(named('properties'))].map((name): Part => ({ of: 'object', name })),
    ...[undefined, ...new Set(named('prefixItems'))].map((name): Part => ({ of: 'array', name })),
  ]
}

/** Whether a node sends one part of its value into the recursion more than once, by itself or by what applies in place. */
function countVisits(part: Part, within: Map<Node, Edge[]>): (node: Node) => boolean {
  const known = new Map<Node, number>()
  const count = (node: Node): number => {
    if (!known.has(node)) {
      const visits = within
        .get(node)!
        .map(edge => (isInPlace(edge) ? count(edge.target!) : Number(reaches(edge, part, node))))
      known.set(
        node,
        visits.reduce((sum, visit) => sum + visit, 0),
      )
    }
    return known.get(node)!
  }
  return node => count(node) > 1
}

/** Whether an edge applies to a part. Patterns and `unevaluated…` count as applying: unsure is yes. */
function reaches({ tokens: [keyword, name] }: Edge, part: Part, { schema }: Node): boolean {
  const isNamedIn = (map: Json | undefined) =>
    part.name !== undefined && isObject(map ?? null) && Object.hasOwn(map as object, part.name)
  switch (keyword) {
    case 'properties':
      return part.of === 'object' && name === part.name
    case 'prefixItems':
      return part.of === 'array' && name === part.name
    case 'additionalProperties':
      return part.of === 'object' && !isNamedIn((schema as JsonObject).properties)
    case 'items':
      return part.of === 'array' && !(part.name !== undefined && Number(part.name) < prefixLength(schema as JsonObject))
    case 'contains':
      return part.of === 'array'
    case 'propertyNames':
      return false // A name is a text: it has no parts to recurse into.
    default:
      return part.of === 'object'
  }
}

const prefixLength = ({ prefixItems }: JsonObject) => (Array.isArray(prefixItems) ? prefixItems.length : 0)
