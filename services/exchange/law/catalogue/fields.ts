/** Whether the pointers of a catalogue entry hang together, before anything is stored. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { parsePointer } from '../../../contract/json-pointer.ts'
import type { Dataset } from './dataset.ts'

/** The key, the subjects' ids and names and the validity dates must be fields of the dataset; no field is listed twice. */
export function checkFields(dataset: Dataset): Failure | undefined {
  const known = new Set(dataset.fields.map(field => field.pointer))
  if (known.size < dataset.fields.length)
    return bad('/fields', 'Each field may be listed once.', '每个数据项只能列出一次。')
  for (const [index, { pointer }] of dataset.fields.entries()) {
    if (!parsePointer(pointer))
      return bad(`/fields/${index}/pointer`, 'This is not a JSON Pointer.', '这不是 JSON Pointer。')
  }
  const nested = dataset.fields.findIndex(({ pointer }) => hasAncestor(pointer, known))
  if (nested >= 0)
    return bad(
      `/fields/${nested}/pointer`,
      'A field may not lie inside another one that is listed.',
      '数据项不得位于另一已列出的数据项之内。',
    )
  if (!known.has(dataset.key)) return bad('/key', 'The key must be one of the fields.', '主键须为所列数据项之一。')
  if (dataset.key.includes('*'))
    return bad('/key', 'The key must be one value, so not inside an array.', '主键须为单一值，不得位于数组之内。')
  const wrong = checkSubjects(dataset, known)
  if (wrong) return wrong
  for (const end of ['from', 'until'] as const) {
    const pointer = dataset.validity?.[end]
    if (pointer && !known.has(pointer))
      return bad(`/validity/${end}`, 'This must be one of the fields.', '须为所列数据项之一。')
  }
  return undefined
}

function checkSubjects({ subjects }: Dataset, known: ReadonlySet<string>): Failure | undefined {
  for (const [index, subject] of subjects.entries()) {
    if (!known.has(subject.id))
      return bad(
        `/subjects/${index}/id`,
        'The id of a subject must be one of the fields.',
        '主体标识须为所列数据项之一。',
      )
    if (subject.name === undefined) continue
    const place = `/subjects/${index}/name`
    if (!known.has(subject.name))
      return bad(place, 'The name of a subject must be one of the fields.', '主体名称须为所列数据项之一。')
    if (itemsOf(subject.name) !== itemsOf(subject.id))
      return bad(
        place,
        'The name of a subject must stand in the same item as its id.',
        '主体名称须与其标识位于同一数组项之内。',
      )
  }
  return undefined
}

// The arrays that a pointer leads through: `/owners/*` of `/owners/*/name`.
const itemsOf = (pointer: string) => pointer.slice(0, pointer.lastIndexOf('*') + 1)

/** Rights are given per field, so one field must not contain another's value. */
const hasAncestor = (pointer: string, known: ReadonlySet<string>): boolean => {
  const parent = pointer.slice(0, pointer.lastIndexOf('/'))
  return parent !== '' && (known.has(parent) || hasAncestor(parent, known))
}

const bad = (pointer: string, en: string, zh: string) => failure('FIELD_UNKNOWN', { pointer, ...inWords(en, zh) })
