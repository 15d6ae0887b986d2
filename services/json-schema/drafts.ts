/** Which draft of JSON Schema knows which keyword. */
import type { Json } from '../contract/canonical-json.ts'

const drafts = ['03', '04', '06', '07', '2019-09', '2020-12'] as const
export type Draft = (typeof drafts)[number]

/** Undefined where the schema names none, or a dialect of somebody's own. */
export const draftOf = (dialect: Json | undefined): Draft | undefined =>
  isKnownDraft(dialect) ? drafts.find(draft => String(dialect).includes(draft)) : undefined

/** Of keywords that not every draft knows the first one and the last one that do. To all others they say nothing. */
const spans: Record<string, [from: Draft, to?: Draft]> = {
  divisibleBy: ['03', '03'],
  ...each(['allOf', 'anyOf', 'oneOf', 'not', 'multipleOf', 'minProperties', 'maxProperties'], '04'),
  ...each(['const', 'contains', 'propertyNames'], '06'),
  ...each(['if', 'then', 'else'], '07'),
  ...each(['dependentRequired', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems'], '2019-09'),
  ...each(['minContains', 'maxContains'], '2019-09'),
  prefixItems: ['2020-12'],
}

function each(keywords: string[], from: Draft): Record<string, [Draft]> {
  return Object.fromEntries(keywords.map(keyword => [keyword, [from]]))
}

/** Whether the draft that the schema names knows the keyword; where it names none, any draft may have been meant. */
export function isKnownIn(draft: Draft | undefined, keyword: string): boolean {
  if (draft === undefined || !Object.hasOwn(spans, keyword)) return true
  const [from, to = '2020-12'] = spans[keyword]!
  const at = drafts.indexOf(draft)
  return drafts.indexOf(from) <= at && at <= drafts.indexOf(to)
}

/** A dialect of somebody's own may mean anything. */
export const isKnownDraft = (dialect: Json | undefined) =>
  /^https?:\/\/json-schema\.org\/(schema|draft-0[3-7]\/(hyper-)?schema|draft\/20(19-09|20-12)\/schema)#?$/.test(
    String(dialect),
  )
