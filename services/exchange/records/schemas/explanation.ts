/** A verdict as people and programs read it: in the problem of a refused schema, and in a dry run. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import type { Checked, VersionComparison } from '../../../schema-compatibility/check.ts'
import type { CounterExample, Difference } from '../../../schema-compatibility/compare.ts'
import type { Setting } from './setting.ts'

/** A record longer than this is not shown: it would explain nothing. */
const longestRecord = 4_000
const mostDifferences = 60

export type Rules = Pick<Setting, 'compatibility' | 'profile'>

export const explanationOf = ({ verdict, comparisons }: Checked, rules: Rules): JsonObject => ({
  verdict,
  mode: rules.compatibility,
  profile: rules.profile,
  comparisons: comparisons.map(explainComparison),
})

function explainComparison({
  version,
  direction,
  verdict,
  differences,
  counterExample,
}: VersionComparison): JsonObject {
  const order = { breaks: 0, undecided: 1, none: 2 }
  const worstFirst = differences.toSorted((a, b) => order[a.effect] - order[b.effect])
  return {
    version,
    direction,
    verdict,
    differences: worstFirst.slice(0, mostDifferences).map(explainDifference),
    ...(differences.length > mostDifferences && { moreDifferences: differences.length - mostDifferences }),
    ...(counterExample && { counterExample: explainExample(counterExample) }),
  }
}

const explainDifference = ({ counterExample, ...rest }: Difference): JsonObject => ({
  ...rest,
  ...(counterExample && { counterExample: explainExample(counterExample) }),
})

const explainExample = ({ record, rejectedBecause }: CounterExample): JsonObject => ({
  ...(JSON.stringify(record).length <= longestRecord && { record }),
  rejectedBecause: rejectedBecause as unknown as Json,
})

/** One sentence for the detail of the problem: the worst difference, and a record that shows it. */
export function sentenceOf({ comparisons }: Checked): string {
  const worst = comparisons.find(({ verdict }) => verdict === 'incompatible')
  if (!worst) {
    const unsure = comparisons.find(({ verdict }) => verdict === 'undecided')
    const where = unsure?.differences.find(({ effect }) => effect === 'undecided')
    return `Whether version ${unsure?.version} is compatible cannot be told${where ? `: ${where.newPointer || 'the schema'}: ${where.en}` : '.'}`
  }
  const difference = worst.differences.find(({ effect }) => effect === 'breaks')
  const example = difference?.counterExample ?? worst.counterExample
  const text = example && JSON.stringify(example.record)
  const shown = text && text.length <= 300 ? ` Shown by the record ${text}.` : ''
  const readers = worst.direction === 'backward' ? 'accepted by version' : 'rejected by version'
  return `${difference?.newPointer || 'The schema'}: ${difference?.en ?? ''} Records would be lost that are ${readers} ${worst.version}.${shown}`
}
