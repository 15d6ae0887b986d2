/** A schema as a graph: every subschema a node, an edge for each way one leads to another, `$ref` included. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { formatPointer, parsePointer } from '../contract/json-pointer.ts'
import { isOfDefinitions, subschemasOf } from './schema-keywords.ts'

export type Node = { pointer: string; schema: Json; edges: Edge[] }
/** `tokens` as in `Subschema`; for a reference `['$ref']`. `target` is undefined where a reference leads nowhere. */
export type Edge = { tokens: [string, ...string[]]; target: Node | undefined }

/** All nodes, by their JSON Pointer. Definitions are nodes without an edge to them: they apply only where referred to. */
export function graphOf(root: JsonObject): Map<string, Node> {
  const nodes = new Map<string, Node>()
  const visit = (schema: Json, tokens: string[]): Node => {
    const node: Node = { pointer: formatPointer(tokens), schema, edges: [] }
    nodes.set(node.pointer, node)
    if (!isObject(schema)) return node
    for (const child of subschemasOf(schema)) {
      const target = visit(child.schema, [...tokens, ...child.tokens])
      if (!isOfDefinitions(child.tokens[0])) node.edges.push({ tokens: child.tokens, target })
    }
    return node
  }
  visit(root, [])
  for (const node of nodes.values()) {
    const ref = isObject(node.schema) ? node.schema.$ref : undefined
    if (typeof ref === 'string') node.edges.push({ tokens: ['$ref'], target: nodes.get(pointerOf(ref) ?? '?') })
  }
  return nodes
}

/** `#/$defs/%E4%BA%BA` → `/$defs/人`; undefined where the text is no reference into the same schema. */
export function pointerOf(ref: string): string | undefined {
  try {
    const tokens = parsePointer(decodeURIComponent(ref.slice(1)))
    return tokens && formatPointer(tokens)
  } catch {
    return undefined
  }
}

/** Follows references of a guarded schema. @throws where one leads nowhere, which the guard has refused. */
export function resolverOf(root: JsonObject): (ref: string) => Json {
  let nodes: Map<string, Node> | undefined
  return ref => {
    nodes ??= graphOf(root)
    const node = nodes.get(pointerOf(ref) ?? '?')
    if (!node) throw new Error(`reference ${ref} leads nowhere`)
    return node.schema
  }
}

/** Keywords whose subschemas apply to the value itself, not to a part of it. */
const inPlace = new Set(['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'])
export const isInPlace = (edge: Edge) => inPlace.has(edge.tokens[0])
