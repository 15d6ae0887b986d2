import { type Figure, figureOf, type Outcome } from '../figures.ts'
import { largeSchema, smallSchema, versionsOfLarge } from './registry.ts'

/** All times in milliseconds, one list a round. */
type Measured = {
  calls: number
  /** Registering small schemas. */
  small: number[][]
  /** Checking large ones, and the longest wait of another call meanwhile. */
  large: { times: number[]; wait: number }[]
  /** Registering large ones. */
  added: number[][]
  /** Records validated per second. */
  rates: number[]
}

export const outcomeOf = ({ calls, small, large, added, rates }: Measured): Outcome => ({
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
})

const bytes = (schema: object) => JSON.stringify(schema).length

export const atShare = (times: number[], share: number) =>
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
