/** Takes a goal apart for values of one kind: what must hold goes into facts, what may hold in several ways into choices. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { isEqual } from '../accepts.ts'
import { type Alternative, alternative, type Choice, type Facts } from './facts.ts'
import { type Goal, keyOf, must, mustNot, type Signed, typesAllow } from './goal.ts'
import { areApart } from './marks.ts'
import { lacks, owns, waysToFail } from './negate.ts'

/** Adds a goal to facts; false where that is impossible for this kind. `facts` is changed, so pass a copy. */
export function expand(facts: Facts, seen: Set<string>, goal: Goal): boolean {
  const open = [...goal]
  for (let signed = open.pop(); signed; signed = open.pop()) {
    const key = keyOf(signed)
    if (seen.has(key)) continue
    if (seen.has(`${signed.negated ? '+' : '-'}${key.slice(1)}`)) return false
    seen.add(key)
    const more = signed.negated ? expandNegative(facts, signed) : expandPositive(facts, signed)
    if (!more) return false
    open.push(...more)
  }
  return true
}

/** Takes one alternative of a choice. */
export function choose(facts: Facts, seen: Set<string>, chosen: Alternative): boolean {
  facts.exhibits.push(...chosen.exhibits)
  return expand(facts, seen, chosen.goal)
}

function expandNegative(facts: Facts, { schema, document }: Signed): Goal | undefined {
  const ways = waysToFail(schema, document, facts.kind)
  if (!ways) return [] // Fails whatever the value is.
  if (ways.length === 0) return undefined
  if (ways.length > 1) {
    facts.choices.push(openChoice(ways))
    return []
  }
  facts.exhibits.push(...ways[0]!.exhibits)
  return ways[0]!.goal
}

function expandPositive(facts: Facts, { schema, document }: Signed): Goal | undefined {
  if (typeof schema === 'boolean') return schema ? [] : undefined
  const rules = schema as JsonObject
  if (rules.type !== undefined && !typesAllow(rules.type, facts.kind)) return undefined
  const values = (rules.enum as Json[]) ?? (rules.const === undefined ? undefined : [rules.const])
  if (values) facts.values = facts.values?.filter(value => values.some(other => isEqual(value, other))) ?? values
  if (facts.values?.length === 0) return undefined
  facts.rules.push({ rules, document })
  facts.choices.push(...choicesOf(rules, document, facts))
  const refs = rules.$ref === undefined ? [] : [must(document.resolve(rules.$ref as string), document)]
  const all = ((rules.allOf as Json[]) ?? []).map(sub => must(sub, document))
  return [...refs, ...all, ...(rules.not === undefined ? [] : [mustNot(rules.not, document)])]
}

const openChoice = (ways: Alternative[]): Choice => ({ ways, isSplit: false })

function choicesOf(rules: JsonObject, document: Signed['document'], { kind }: Facts): Choice[] {
  const choices: Choice[] = []
  const { anyOf, oneOf } = rules as { anyOf?: Json[]; oneOf?: Json[] }
  if (anyOf)
    choices.push({ ways: anyOf.map(sub => alternative([must(sub, document)])), isSplit: areApart(anyOf, document) })
  if (oneOf) choices.push(oneOfThem(oneOf, document))
  if (rules.if !== undefined) {
    const ways = [
      alternative([must(rules.if, document), must(rules.then ?? true, document)]),
      alternative([mustNot(rules.if, document), must(rules.else ?? true, document)]),
    ]
    choices.push(openChoice(ways))
  }
  if (kind !== 'object') return choices
  for (const [name, names] of Object.entries((rules.dependentRequired as JsonObject) ?? {})) {
    choices.push(openChoice([alternative([lacks(name, document)]), alternative([must({ required: names }, document)])]))
  }
  for (const [name, sub] of Object.entries((rules.dependentSchemas as JsonObject) ?? {})) {
    choices.push(
      openChoice([alternative([lacks(name, document)]), alternative([owns(name, document), must(sub, document)])]),
    )
  }
  return choices
}

function oneOfThem(list: Json[], document: Signed['document']): Choice {
  const isSplit = areApart(list, document)
  const others = (at: number) => list.filter((_, i) => i !== at).map(other => mustNot(other, document))
  return { ways: list.map((sub, at) => alternative([must(sub, document), ...(isSplit ? [] : others(at))])), isSplit }
}
