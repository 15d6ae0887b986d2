/**
 * The lawful catalogue: State Council Order 809 (政务数据共享条例), Art 13 to 15, as rules. Structure is not trusted here,
 * so that a missing law is answered with the article and not with a schema's keyword.
 */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Dataset, StatedSharing } from './dataset.ts'

type Both = NonNullable<StatedSharing['scope']>
type Entry = Omit<Dataset, 'sharing'> & { sharing: StatedSharing }

export function checkLawful(dataset: Entry): Failure | undefined {
  return checkSharing(dataset.sharing) ?? checkSource(dataset) ?? checkGrading(dataset) ?? checkItems(dataset)
}

function checkSharing({ type, scope, use, law }: StatedSharing): Failure | undefined {
  if (type === 'withheld') return checkWithheld(law, scope ?? use)
  if (law !== undefined) {
    return unlawful(
      '14–15',
      '/sharing/law',
      'Only a withheld dataset cites a law that forbids sharing.',
      '仅不予共享类才注明禁止共享的法律依据。',
    )
  }
  if (type === 'conditional') {
    if (!isStated(scope))
      return unlawful(
        '14–15',
        '/sharing/scope',
        'Conditional sharing states its scope in zh and en.',
        '有条件共享须以中英文注明共享范围。',
      )
    if (!isStated(use))
      return unlawful(
        '14–15',
        '/sharing/use',
        'Conditional sharing states the permitted use in zh and en.',
        '有条件共享须以中英文注明使用用途。',
      )
    return undefined
  }
  const conditions = scope ?? use
  if (conditions === undefined) return undefined
  const place = scope ? '/sharing/scope' : '/sharing/use'
  return unlawful(
    '15',
    place,
    'Unconditional sharing has no conditions: leave them out, or share conditionally.',
    '无条件共享不得附加条件：请去掉条件，或改为有条件共享。',
  )
}

/** Whether a text names a law by its title: `《…》`, or in English a law, regulation, code, decision or order. */
export const citesLaw = (text: string): boolean =>
  /《.+》/.test(text) || /\b(law|regulations?|code|decision|order)\b/i.test(text)

/** A law, an administrative regulation or a decision of the State Council must be named, by title (《…》 or in English). */
function checkWithheld(law: string | undefined, conditions: Both | undefined): Failure | undefined {
  if (conditions)
    return unlawful(
      '14–15',
      '/sharing',
      'A withheld dataset is not shared, so it has no scope and no use.',
      '不予共享类不注明共享范围和用途。',
    )
  if (law !== undefined && citesLaw(law)) return undefined
  return unlawful(
    '14–15',
    '/sharing/law',
    'Withholding needs a law, an administrative regulation or a State Council decision: cite its title, as 《…》.',
    '不予共享须有法律、行政法规或国务院决定为依据：请以书名号《…》注明。',
  )
}

const isStated = (text: Both | undefined): boolean => Boolean(text?.zh?.trim() && text.en?.trim())

function checkSource({ id, department }: Entry): Failure | undefined {
  if (id.startsWith(`${department}.`)) return undefined
  return unlawful(
    '13',
    '/department',
    'An entry is made by the department that is its source: its id begins with it.',
    '目录项由数据提供部门编制，其编号须以该部门开头。',
  )
}

/** Classification and grade (Art 13) must fit each other: what is graded low may not hold what is classified high. */
const lowestLevel = { general: 1, personal: 2, sensitive: 2, core: 4 } as const

function checkGrading({ fields, securityLevel, subjects }: Entry): Failure | undefined {
  for (const [index, { classification, pointer }] of fields.entries()) {
    const place = `/fields/${index}/classification`
    if (securityLevel < lowestLevel[classification]) {
      const level = lowestLevel[classification]
      const en = `A ${classification} field needs security level ${level} or above.`
      return unlawful('13', place, en, `${classification} 类数据项的安全级别须为 ${level} 级以上。`)
    }
    const namesPerson = subjects.some(({ type, id }) => type === 'person' && id === pointer)
    if (namesPerson && classification === 'general') {
      return unlawful(
        '13',
        place,
        'The id of a person is personal data: classify it as personal or above.',
        '自然人的身份标识属于个人信息，分类须为 personal 以上。',
      )
    }
  }
  return undefined
}

/** Each data item is decided about on its own, so none may contain another. */
function checkItems({ fields }: Entry): Failure | undefined {
  const pointers = fields.map(({ pointer }) => pointer)
  for (const [index, pointer] of pointers.entries()) {
    if (pointer.split('/').includes('__proto__')) {
      return unlawful(
        '13',
        `/fields/${index}/pointer`,
        'No data item may be named __proto__.',
        '数据项不得命名为 __proto__。',
      )
    }
    const inner = pointers.find(other => other.startsWith(`${pointer}/`))
    if (!inner) continue
    const en = `Data items are listed one by one: this one contains ${inner}. List its parts instead.`
    return unlawful('13', `/fields/${index}/pointer`, en, `数据项须逐项列出：此项包含 ${inner}，请改为列出其各部分。`)
  }
  return undefined
}

const articles = { '13': '第十三条', '14–15': '第十四、十五条', '15': '第十五条' }

function unlawful(article: keyof typeof articles, pointer: string, en: string, zh: string): Failure {
  const words = inWords(`Order 809, Art ${article}: ${en}`, `《政务数据共享条例》${articles[article]}：${zh}`)
  return failure('CATALOGUE_UNLAWFUL', { pointer, ...words })
}
