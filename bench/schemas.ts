/**
 * Schemas: how long registering and checking take, what others notice of it, and how many records a second are validated.
 * Over HTTP, against the stack as `npm start` has it; validation in this process, on one core.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../services/contract/canonical-json.ts'
import { isFailure } from '../services/contract/failure.ts'
import { compileSchema, type Validate } from '../services/contract/validation.ts'
import { repository } from '../services/local/places.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { openStand, type Stand } from './stand/stand.ts'

const dataset = 'civil-affairs.marriage-certificate'
const system = 'civil-affairs/marriage-registry'
const subject = `datarun.${dataset}-value`
const versionsOfLarge = 20

export async function measureSchemas({ rounds, quick, say }: BenchOptions): Promise<Outcome> {
  const stand = await openStand()
  try {
    const registry = await openRegistry(stand)
    const calls = quick ? 30 : 100
    say('warming up: nothing of it counts')
    await timed(2 * calls, at => registry.register(smallSchema(at)))
    say('registering small schemas')
    const small = await inRounds(rounds, round =>
      timed(calls, at => registry.register(smallSchema((round + 2) * calls + at))),
    )
    say(`checking a large schema against ${versionsOfLarge} versions`)
    await registry.prepareLarge()
    const large = await inRounds(rounds, () =>
      watched(registry, () => timed(calls, at => registry.check(largeSchema(1_000 + at)))),
    )
    say(`registering a large schema after ${versionsOfLarge} versions`)
    const added = await inRounds(rounds, round =>
      registered(registry, Math.ceil(calls / 3), at => largeSchema(10_000 + round * calls + at)),
    )
    say('validating the sample records')
    const rates = await inRounds(rounds, async () => validationRate(quick ? 500 : 2_000))
    return {
      measurement: 'schemas',
      setting: {
        'bytes of the small schema': bytes(smallSchema(0)),
        'bytes of the large schema': bytes(largeSchema(0)),
        calls,
      },
      ratios: [],
      figures: [
        ...latencies('register-small', 'registering a 2 kB schema', small, 6),
        ...latencies(
          'check-large',
          `checking a 50 kB schema against ${versionsOfLarge} versions`,
          large.map(one => one.times),
          undefined,
          100,
        ),
        ...latencies(
          'register-large',
          `registering a 50 kB schema after ${versionsOfLarge} versions`,
          added,
          undefined,
          100,
        ),
        milliseconds(
          'others-meanwhile',
          'longest wait of another call meanwhile, beyond its usual time',
          large.map(one => one.wait),
          50,
        ),
        figureOf(
          {
            name: 'schemas.validated',
            title: 'sample records validated per second and core',
            unit: '/s',
            goal: { atLeast: 200_000 },
          },
          rates,
        ),
      ],
    }
  } finally {
    await stand.close()
  }
}

const bytes = (schema: JsonObject) => JSON.stringify(schema).length
const atShare = (times: number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1]!

function latencies(name: string, title: string, rounds: number[][], p50?: number, p99?: number): Figure[] {
  return [
    milliseconds(
      `${name}-p50`,
      `${title}, median`,
      rounds.map(times => atShare(times, 0.5)),
      p50,
    ),
    milliseconds(
      `${name}-p99`,
      `${title}, 99th percentile`,
      rounds.map(times => atShare(times, 0.99)),
      p99,
    ),
  ]
}

const milliseconds = (name: string, title: string, values: number[], atMost?: number): Figure =>
  figureOf({ name: `schemas.${name}`, title, unit: 'ms', ...(atMost !== undefined && { goal: { atMost } }) }, values)

async function inRounds<T>(rounds: number, measure: (round: number) => Promise<T>): Promise<T[]> {
  const found: T[] = []
  for (let round = 0; round < rounds; round += 1) found.push(await measure(round))
  return found
}

async function timed(calls: number, call: (at: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < calls; at += 1) {
    const start = performance.now()
    await call(at)
    times.push(performance.now() - start)
  }
  return times
}

/** Each version goes again before the next comes, so that all are compared with as many. */
async function registered(registry: Registry, calls: number, schemaOf: (at: number) => JsonObject): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < calls; at += 1) {
    times.push(...(await timed(1, () => registry.register(schemaOf(at)))))
    await registry.forgetNewest()
  }
  return times
}

type Registry = Awaited<ReturnType<typeof openRegistry>>

async function openRegistry(stand: Stand) {
  const token = await stand.tokenOf(system)
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(stand.stack.hub + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const wrap = (schema: JsonObject) => ({ schemaType: 'JSON', schema: JSON.stringify(schema) })
  const register = (schema: JsonObject) => call('POST', `/subjects/${subject}/versions`, wrap(schema))
  const forget = () => call('DELETE', `/subjects/${subject}`)
  await call('PUT', `/config/${subject}`, { compatibility: 'NONE' })
  await register(smallSchema(-1))
  await call('PUT', `/config/${subject}`, { compatibility: 'BACKWARD' })
  return {
    register,
    forgetNewest: () => call('DELETE', `/subjects/${subject}/versions/latest`),
    ping: () => call('GET', '/healthz'),
    prepareLarge: async () => {
      await forget()
      await call('PUT', `/config/${subject}`, { compatibility: 'BACKWARD_TRANSITIVE' })
      for (let at = 0; at < versionsOfLarge; at += 1) await register(largeSchema(at))
    },
    check: async (schema: JsonObject) => {
      const { is_compatible } = await call('POST', `/compatibility/subjects/${subject}/versions`, wrap(schema))
      if (!is_compatible) throw new Error('the measured schema should be compatible')
    },
  }
}

/** Others keep calling while `work` runs. */
async function watched(registry: Registry, work: () => Promise<number[]>): Promise<{ times: number[]; wait: number }> {
  const usual = atShare(await timed(50, registry.ping), 0.5)
  let isOver = false
  const waits: number[] = []
  const watching = (async () => {
    while (!isOver) waits.push(...(await timed(1, registry.ping)))
  })()
  const times = await work()
  isOver = true
  await watching
  return { times, wait: Math.max(...waits) - usual }
}

const field = (at: number, length: number): JsonObject => ({
  type: 'string',
  title: `Field ${at} of the record`,
  description: 'what it means, and which standard it follows',
  minLength: 1,
  maxLength: length,
  ...(at % 7 === 3 && { pattern: '^[A-Z]{2}\\d{6,10}$' }),
  ...(at % 11 === 5 && { format: 'date' }),
})

const objectOf = (members: number, length: (at: number) => number): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required: ['field0', 'field1'],
  properties: Object.fromEntries(Array.from({ length: members }, (_, at) => [`field${at}`, field(at, length(at))])),
})

/** Each later version accepts a little more than the one before. */
const smallSchema = (version: number) => objectOf(11, at => (at < 2 ? 10_000 + version : 50))
const largeSchema = (version: number): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Array.from({ length: 9 }, (_, group) => [`group${group}`, objectOf(32, at => (at < 3 ? 10_000 + version : 50))]),
  ),
})

/** Records that pass, from the cases of the sample catalogue, each by its own schema, in turn. */
function validationRate(milliseconds: number): number {
  const cases: [Validate, Json][] = globSync(join(repository, 'schemas/*/*/v1.schema.json')).flatMap(path => {
    const validate = compileSchema(JSON.parse(readFileSync(path, 'utf8')))
    if (isFailure(validate)) throw new Error(`${path}: ${validate.detail}`)
    const { valid } = JSON.parse(readFileSync(path.replace('.schema.', '.cases.'), 'utf8')) as {
      valid: { record: Json }[]
    }
    return valid.map(({ record }): [Validate, Json] => [validate, record])
  })
  let count = 0
  const until = performance.now() + milliseconds
  const start = process.threadCpuUsage()
  while (performance.now() < until) {
    for (const [validate, record] of cases)
      if (validate(record) !== undefined) throw new Error('a good case is refused')
    count += cases.length
  }
  const { user, system: inKernel } = process.threadCpuUsage(start)
  return count / ((user + inKernel) / 1e6)
}
