/** A schema document as the checker sees it: references resolved, and equal meanings recognised by equal hashes. */
import { hash } from 'node:crypto'
import { canonicalJson, isObject, type Json, type JsonObject } from '../contract/canonical-json.ts'
import { graphOf, type Node, pointerOf } from '../json-schema/schema-graph.ts'
import { isAnnotation, shapeOf } from '../json-schema/schema-keywords.ts'

/** A schema together with the document that its references point into. */
export type Located = { schema: Json; document: Document }

export type Document = {
  root: JsonObject
  /** Equal for two schemas, of the same or of different documents, only if they accept the same values. */
  hashOf(schema: Json): string
  /** The target of a local `$ref`; the guard has made sure that there is one. */
  resolve(ref: string): Json
}

/** Word for word: equal only for two schemas that are written the same, titles and all. */
const wordings = new WeakMap<object, string>()
/** A longer text is kept as its hash. */
const longestWording = 200
export function wordingOf(schema: Json): string {
  if (!isObject(schema)) return String(schema)
  const known = wordings.get(schema)
  if (known) return known
  const text = JSON.stringify(schema)
  const wording = text.length <= longestWording ? text : hash('sha1', text, 'base64')
  wordings.set(schema, wording)
  return wording
}

/** One document per root for as long as the root lives: a version is compared with many, and hashed once. */
const opened = new WeakMap<JsonObject, Document>()

/** @throws on a schema that the guard would refuse: a reference that leads nowhere. */
export function openDocument(root: JsonObject): Document {
  const known = opened.get(root)
  if (known) return known
  const document = createDocument(root)
  opened.set(root, document)
  return document
}

function createDocument(root: JsonObject): Document {
  const hashes = new WeakMap<object, string>()
  let nodes: Map<string, Node> | undefined
  const nodeAt = (ref: string): Node => {
    nodes ??= graphOf(root)
    const node = nodes.get(pointerOf(ref) ?? '?')
    if (!node) throw new Error(`reference ${ref} leads nowhere`)
    return node
  }
  const document: Document = {
    root,
    resolve: ref => nodeAt(ref).schema,
    hashOf(schema) {
      if (!isObject(schema)) return String(schema)
      const known = hashes.get(schema)
      if (known) return known
      const found = hash(
        'sha1',
        textOf(schema, document.hashOf, ref => targetText(nodeAt(ref), document.hashOf)),
        'base64',
      )
      hashes.set(schema, found)
      return found
    },
  }
  return document
}

/** Keywords without a say in what is accepted. */
const silent = new Set(
  [
    'title',
    'description',
    'default',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
    '$comment',
    '$id',
    '$schema',
  ].concat(['contentEncoding', 'contentMediaType', '$defs', 'definitions']),
)
export const isSilent = (keyword: string) => silent.has(keyword) || isAnnotation(keyword)

/** A schema in canonical form, without its silent keywords; subschemas by hash, references by `refText`. */
function textOf(schema: JsonObject, hashOf: (schema: Json) => string, refText: (ref: string) => string): string {
  let text = ''
  for (const keyword of Object.keys(schema).sort()) {
    if (!isSilent(keyword)) text += `${keyword}:${valueText(keyword, schema[keyword]!, hashOf, refText)};`
  }
  return text
}

function valueText(keyword: string, value: Json, hashOf: (schema: Json) => string, refText: (ref: string) => string) {
  switch (shapeOf(keyword)) {
    case 'ref':
      return refText(value as string)
    case 'schema':
      return hashOf(value)
    case 'schemaList':
      return (value as Json[]).map(hashOf).join()
    case 'schemaMap':
    case 'patternMap':
      return Object.keys(value as JsonObject)
        .sort()
        .map(name => `${JSON.stringify(name)}=${hashOf((value as JsonObject)[name]!)}`)
        .join()
    case 'names':
      return canonicalJson([...(value as string[])].sort())
    case 'types':
      return canonicalJson([value].flat().sort() as Json)
    default:
      return canonicalJson(value)
  }
}

/**
 * A reference reads as the hash of its target. Where the target leads back to itself that would never end: it then reads
 * as its pointer and the literal text of everything it leads to, so that only word-for-word equal recursions are equal.
 */
function targetText(target: Node, hashOf: (schema: Json) => string): string {
  const reached = reachedFrom(target)
  const recurses = [...reached].some(node =>
    node.edges.some(edge => edge.tokens[0] === '$ref' && reachedFrom(edge.target!).has(node)),
  )
  if (!recurses) return hashOf(target.schema)
  const literal = (schema: Json): string =>
    isObject(schema) ? `{${textOf(schema, literal, ref => JSON.stringify(pointerOf(ref)))}}` : String(schema)
  const texts = [...reached].map(node => `${node.pointer} ${literal(node.schema)}`)
  return `recursion ${target.pointer} ${texts.sort().join(' ')}`
}

function reachedFrom(start: Node): Set<Node> {
  const reached = new Set([start])
  for (const node of reached) for (const { target } of node.edges) if (target) reached.add(target)
  return reached
}
