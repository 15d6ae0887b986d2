/** The owner of a sample of the exchange's time: the innermost code of ours, or of the library that it ran in. */
import type { ProcessorProfile } from './processor-profile.ts'

type Frame = { functionName: string; url: string }

/** The first that matches a file is its owner. Files of Node's own belong to whoever called them. */
const owners: [part: string, file: RegExp][] = [
  ['decision', /services\/exchange\/law\//],
  ['log entry, tree and signature', /services\/exchange\/log\/|contract\/canonical-json/],
  ['reading and placing records', /services\/exchange\/records\/registry\//],
  [
    'ingest: messages read and checked',
    /services\/exchange\/records\/ingest\/|contract\/(envelope|formats?)|kafka\/record|json-schema\//,
  ],
  ['pull', /services\/exchange\/pull\//],
  ["PostgreSQL's client", /services\/postgres\/|node_modules\/pg/],
  ["Kafka's client", /services\/kafka\/|node_modules\/kafkajs\//],
  ['schemas (compiled)', /^$/],
  [
    'HTTP',
    /services\/exchange\/platform\/|node_modules\/(@?fastify|find-my-way|secure-json-parse|light-my-request|avvio|pino)|^node:_http/,
  ],
]

const writes = new Set([
  'writev',
  'writeUtf8String',
  'writeLatin1String',
  'writeBuffer',
  'writeUcs2String',
  'writeAsciiString',
])

/**
 * The part that a stack belongs to, innermost frame first; undefined where the process waited. Writing to a socket wakes the process
 * at its other end, so it is a part of its own.
 */
export function partOf(stack: readonly Frame[]): string | undefined {
  const [{ functionName }] = stack as [Frame]
  if (functionName === '(idle)') return undefined
  if (functionName === '(garbage collector)') return 'clearing memory'
  const owner = stack.map(ownerOf).find(part => part !== undefined) ?? 'Node itself'
  return writes.has(functionName) ? `${owner}: writing to sockets` : owner
}

function ownerOf({ functionName, url }: Frame): string | undefined {
  // Neither natives nor the profile's own frames have a file; what ajv and fast-json-stringify compiled has none either.
  if (url === '') return /^(anonymous|validate)\d+$/.test(functionName) ? 'schemas (compiled)' : undefined
  return owners.find(([, file]) => file.test(url))?.[0]
}

/** Microseconds by part, the largest first; what was waited is left out. */
export function timeByPart({ nodes, samples, timeDeltas }: ProcessorProfile): [part: string, microseconds: number][] {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)))
  const partOfNode = new Map(
    nodes.map(({ id }) => {
      const stack: Frame[] = []
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(byId.get(at)!.callFrame)
      return [id, partOf(stack)]
    }),
  )
  const sums = new Map<string, number>()
  samples.forEach((node, n) => {
    const part = partOfNode.get(node)
    if (part !== undefined) sums.set(part, (sums.get(part) ?? 0) + timeDeltas[n]!)
  })
  return [...sums].toSorted(([, one], [, other]) => other - one)
}
