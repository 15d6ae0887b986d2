/**
 * Facts of a case (办件情形): what a matter's conditions ask about. The office that handles the case states them in the
 * pull, as the applicant declared them; the hub neither looks them up nor keeps them.
 */

import Type, { type Static } from 'typebox'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { bothUpTo, closed } from '../../../contract/shapes.ts'

/** Ids of facts, choices, requirements and purposes. */
export const word = Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' })
/** A title in both languages. */
export const both = bothUpTo(500)

export const factSchema = Type.Object(
  {
    id: word,
    title: both,
    type: Type.Enum(['boolean', 'number', 'choice']),
    /** With `choice` only, and there needed. */
    choices: Type.Optional(Type.Array(Type.Object({ id: word, title: both }, closed), { minItems: 2, maxItems: 20 })),
  },
  closed,
)
export type Fact = Static<typeof factSchema>

/** Facts stated by a pull: by the fact's id a boolean, a number, or the id of a choice. */
export const statedSchema = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' }),
  Type.Union([Type.Boolean(), Type.Number(), Type.String({ maxLength: 61 })]),
  { ...closed, maxProperties: 30 },
)
export type Stated = Static<typeof statedSchema>

/** Asked of a pull about somebody whose id tells no birth date; a matter need not declare it. */
export const ageFact: Fact = { id: 'age', title: { zh: '周岁年龄', en: 'Age in full years' }, type: 'number' }

export function checkFacts(facts: readonly Fact[]): Failure | undefined {
  const ids = new Set<string>()
  for (const [index, { id, type, choices }] of facts.entries()) {
    const pointer = `/facts/${index}`
    if (ids.has(id)) return bad(`${pointer}/id`, 'This id is used twice.', '编号重复。')
    ids.add(id)
    if (id === ageFact.id && type !== ageFact.type)
      return bad(`${pointer}/type`, 'The fact age is a number: full years.', '情形 age 须为数值（周岁）。')
    if ((type === 'choice') !== (choices !== undefined)) {
      return bad(
        `${pointer}/choices`,
        'A fact of type choice lists its choices, and no other does.',
        '仅选择类情形须列出选项。',
      )
    }
    if (new Set(choices?.map(choice => choice.id)).size < (choices?.length ?? 0)) {
      return bad(`${pointer}/choices`, 'Each choice may be listed once.', '每个选项只能列出一次。')
    }
  }
  return undefined
}

/** Whether what a pull states are facts of this matter. The values themselves are never told again. */
export function checkStated(stated: Stated, facts: readonly Fact[]): Failure | undefined {
  for (const [id, value] of Object.entries(stated)) {
    const fact = facts.find(known => known.id === id)
    const pointer = `/facts/${id}`
    if (!fact) {
      const en = 'The matter asks for no such fact; GET /v1/matters lists those it does.'
      return bad(pointer, en, '该事项不涉及此情形；所需情形见 GET /v1/matters。')
    }
    const { en, zh } = expected(fact)
    if (!fits(fact, value)) return bad(pointer, `This must be ${en}.`, `应为${zh}。`)
  }
  return undefined
}

export const fits = ({ type, choices }: Fact, value: Stated[string]): boolean =>
  type === 'choice' ? choices!.some(({ id }) => id === value) : typeof value === type

export function expected({ type, choices }: Fact): { en: string; zh: string } {
  if (type !== 'choice') return { en: `a ${type}`, zh: type === 'boolean' ? '是或否（boolean）' : '数值（number）' }
  const ids = choices!.map(({ id }) => id)
  return { en: `one of: ${ids.join(', ')}`, zh: `下列之一：${ids.join('、')}` }
}

const bad = (pointer: string, en: string, zh: string) => failure('BODY_INVALID', { pointer, ...inWords(en, zh) })
