/**
 * Conclusions from the facts alone, before anything is searched: which members it has, and which few values one of them
 * can take. On that ground a schema is judged in three ways; `maybe` is always a right answer. It is what makes kinds that
 * a constant tells apart cheap: of a value of one kind, nothing that is said of the other kinds has to be tried.
 */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { shapeOf } from '../../json-schema/schema-keywords.ts'
import { isNamed } from '../accepts.ts'
import { isSilent, type Located } from '../document.ts'
import { type Alternative, argumentsOf, exhibitsOf, type Facts } from './facts.ts'
import { type Goal, type Kind, meets, must, type Signed, type Solve, typesAllow } from './goal.ts'
import { hasMarkedMember, valuesOf } from './marks.ts'
import { goalOfMember } from './members.ts'

export type Judgement = 'yes' | 'no' | 'maybe'

export type Known = {
  kind: Kind
  /** Names of members that the value has. */
  present: ReadonlySet<string>
  /** The values that a member can have; undefined where they are not few. */
  candidates(name: string): Json[] | undefined
  /** Whether a member, if it is there, meets a demand. */
  judgeMember(name: string, signed: Signed): Judgement
}

/** Members with more values than this are not told apart by them. */
const mostCandidates = 300

/** Undefined where no value fits the facts. */
export function readKnown(facts: Facts, solve: Solve): Known | undefined {
  const shown = exhibitsOf(facts, 'member')
  const required = facts.kind === 'object' ? argumentsOf<string[]>(facts, 'required').flat() : []
  const present = new Set([...required, ...shown.map(({ name }) => name)])
  const goals = new Map<string, { goal: Goal; values: Json[] | undefined }>()
  const member = (name: string) => {
    const before = goals.get(name)
    if (before) return before
    const exhibited = shown.flatMap(exhibit => (exhibit.name === name ? exhibit.goal : []))
    const goal = [...goalOfMember(facts, name), ...exhibited]
    const found = { goal, values: valuesMeeting(goal) }
    goals.set(name, found)
    return found
  }
  const known: Known = {
    kind: facts.kind,
    present,
    candidates: name => member(name).values,
    judgeMember(name, signed) {
      const { goal, values } = member(name)
      if (values) return judgeValues(values, value => meets([signed], value))
      return goal.length > 0 && hasMarkedMember(signed) ? judgeBy(solve, goal, signed) : 'maybe'
    },
  }
  return [...present].every(name => known.candidates(name)?.length !== 0) ? known : undefined
}

/** By the members of the member. */
function judgeBy(solve: Solve, goal: Goal, signed: Signed): Judgement {
  if (solve([...goal, signed]) === 'none') return 'no'
  return solve([...goal, { ...signed, negated: !signed.negated }]) === 'none' ? 'yes' : 'maybe'
}

function valuesMeeting(goal: Goal): Json[] | undefined {
  const listed = goal
    .flatMap(signed => (signed.negated ? [] : [valuesOf(signed)]))
    .filter(values => values !== undefined)
  const fewest = listed.toSorted((a, b) => a.length - b.length)[0]
  if (!fewest || fewest.length > mostCandidates) return undefined
  return fewest.filter(value => meets(goal, value))
}

const opposite: Record<Judgement, Judgement> = { yes: 'no', no: 'yes', maybe: 'maybe' }

/** Whether a way to go on holds of the value already, or cannot hold of it. */
export function judgeWay({ goal, exhibits }: Alternative, known: Known): Judgement {
  const shown = exhibits.map((exhibit): Judgement => {
    if (exhibit.show !== 'member') return 'maybe'
    if (known.candidates(exhibit.name)?.length === 0) return 'no'
    const met = every(exhibit.goal.map(signed => known.judgeMember(exhibit.name, signed)))
    return met === 'yes' && !known.present.has(exhibit.name) ? 'maybe' : met
  })
  return every([...goal.map(signed => judgeSigned(signed, known)), ...shown])
}

const judgeSigned = (signed: Signed, known: Known): Judgement => {
  const judgement = judge(signed, known)
  return signed.negated ? opposite[judgement] : judgement
}

function every(judgements: Judgement[]): Judgement {
  if (judgements.includes('no')) return 'no'
  return judgements.includes('maybe') ? 'maybe' : 'yes'
}

const some = (judgements: Judgement[]): Judgement => opposite[every(judgements.map(one => opposite[one]))]

/** Exactly one. */
function single(judgements: Judgement[]): Judgement {
  const sure = judgements.filter(one => one === 'yes').length
  if (sure > 1 || judgements.every(one => one === 'no')) return 'no'
  return sure === 1 && !judgements.includes('maybe') ? 'yes' : 'maybe'
}

/** Of a member that has one of `values`, if it is there at all. */
function judgeValues(values: Json[], fits: (value: Json) => boolean): Judgement {
  if (values.every(fits)) return 'yes'
  return values.some(fits) ? 'maybe' : 'no'
}

/** Whether the value is accepted by a schema. */
function judge({ schema, document }: Located, known: Known): Judgement {
  if (typeof schema === 'boolean') return schema ? 'yes' : 'no'
  const rules = schema as JsonObject
  const part = (sub: Json) => judge({ schema: sub, document }, known)
  return every(
    Object.entries(rules).map(([keyword, argument]): Judgement => {
      if (isSilent(keyword)) return 'yes'
      const rule = rulesOf[keyword]
      if (rule) return rule(argument, part, { known, rules, document })
      return appliesTo(keyword, known.kind) ? 'maybe' : 'yes'
    }),
  )
}

type Rule = (
  argument: Json,
  part: (sub: Json) => Judgement,
  at: { known: Known; rules: JsonObject; document: Located['document'] },
) => Judgement
const ofObject = (rule: Rule): Rule => {
  return (argument, part, at) => (at.known.kind === 'object' ? rule(argument, part, at) : 'yes')
}

const rulesOf: Record<string, Rule> = {
  type: (types, _, { known }) => (typesAllow(types, known.kind) ? 'yes' : 'no'),
  $ref: (ref, part, { document }) => part(document.resolve(ref as string)),
  allOf: (list, part) => every((list as Json[]).map(part)),
  anyOf: (list, part) => some((list as Json[]).map(part)),
  oneOf: (list, part) => single((list as Json[]).map(part)),
  not: (sub, part) => opposite[part(sub)],
  if: (sub, part, { rules }) => {
    const [condition, holds, fails] = [sub, rules.then ?? true, rules.else ?? true].map(part) as [
      Judgement,
      Judgement,
      Judgement,
    ]
    if (condition === 'maybe') return holds === fails ? holds : 'maybe'
    return condition === 'yes' ? holds : fails
  },
  then: () => 'yes',
  else: () => 'yes',
  required: ofObject((names, _, { known }) =>
    every(
      (names as string[]).map(name => {
        if (known.present.has(name)) return 'yes'
        return known.candidates(name)?.length === 0 ? 'no' : 'maybe'
      }),
    ),
  ),
  properties: ofObject((map, _, { known, document }) =>
    every(
      Object.entries(map as JsonObject).map(([name, schema]) => {
        if (schema === true) return 'yes'
        const accepted = known.judgeMember(name, must(schema, document))
        return accepted === 'no' && !known.present.has(name) ? 'maybe' : accepted
      }),
    ),
  ),
  additionalProperties: ofObject((sub, _, { known, rules }) => {
    if (sub === true) return 'yes'
    return sub === false && [...known.present].some(name => !isNamed(rules, name)) ? 'no' : 'maybe'
  }),
}

const numeric = ['multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum']
const textual = ['maxLength', 'minLength', 'pattern', 'format']
const listed = ['maxItems', 'minItems', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'prefixItems', 'items']
const anyKind = ['const', 'enum']

function appliesTo(keyword: string, kind: Kind): boolean {
  if (anyKind.includes(keyword) || shapeOf(keyword) === undefined) return true
  if (numeric.includes(keyword)) return kind === 'integer' || kind === 'fraction'
  if (textual.includes(keyword)) return kind === 'string'
  return listed.includes(keyword) ? kind === 'array' : kind === 'object'
}
