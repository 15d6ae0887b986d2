/**
 * The lawful catalogue: State Council Order 809 (政务数据共享条例), Art 13 to 15, as rules. Structure is not trusted here,
 * so that a missing law is answered with the article and not with a schema's keyword.
 */
import { type Failure, failure } from '../../contract/failure.ts'
import type { Dataset, StatedSharing } from './dataset.ts'

type Both = NonNullable<StatedSharing['scope']>
type Entry = Omit<Dataset, 'sharing'> & { sharing: StatedSharing }

export function checkLawful(dataset: Entry): Failure | undefined {
  return checkSharing(dataset.sharing) ?? checkSource(dataset) ?? checkGrading(dataset) ?? checkItems(dataset)
}

function checkSharing({ type, scope, use, law }: StatedSharing): Failure | undefined {
  if (type === 'withheld') return checkWithheld(law, scope ?? use)
  if (law !== undefined) {
    return unlawful('14–15', '/sharing/law', 'Only a withheld dataset cites a law that forbids sharing.')
  }
  if (type === 'conditional') {
    if (!isStated(scope))
      return unlawful('14–15', '/sharing/scope', 'Conditional sharing states its scope in zh and en.')
    if (!isStated(use))
      return unlawful('14–15', '/sharing/use', 'Conditional sharing states the permitted use in zh and en.')
    return undefined
  }
  const conditions = scope ?? use
  if (conditions === undefined) return undefined
  const place = scope ? '/sharing/scope' : '/sharing/use'
  return unlawful('15', place, 'Unconditional sharing has no conditions: leave them out, or share conditionally.')
}

/** A law, an administrative regulation or a decision of the State Council must be named, by title (《…》 or in English). */
function checkWithheld(law: string | undefined, conditions: Both | undefined): Failure | undefined {
  if (conditions)
    return unlawful('14–15', '/sharing', 'A withheld dataset is not shared, so it has no scope and no use.')
  const cites = law !== undefined && (/《.+》/.test(law) || /\b(law|regulations?|code|decision|order)\b/i.test(law))
  if (cites) return undefined
  return unlawful(
    '14–15',
    '/sharing/law',
    'Withholding needs a law, an administrative regulation or a State Council decision: cite its title, as 《…》.',
  )
}

const isStated = (text: Both | undefined): boolean => Boolean(text?.zh?.trim() && text.en?.trim())

function checkSource({ id, department }: Entry): Failure | undefined {
  if (id.startsWith(`${department}.`)) return undefined
  return unlawful('13', '/department', 'An entry is made by the department that is its source: its id begins with it.')
}

/** Classification and grade (Art 13) must fit each other: what is graded low may not hold what is classified high. */
const lowestLevel = { general: 1, personal: 2, sensitive: 2, core: 4 } as const

function checkGrading({ fields, securityLevel, subjects }: Entry): Failure | undefined {
  for (const [index, { classification, pointer }] of fields.entries()) {
    const place = `/fields/${index}/classification`
    if (securityLevel < lowestLevel[classification]) {
      const detail = `A ${classification} field needs security level ${lowestLevel[classification]} or above.`
      return unlawful('13', place, detail)
    }
    const namesPerson = subjects.some(({ type, id }) => type === 'person' && id === pointer)
    if (namesPerson && classification === 'general') {
      return unlawful('13', place, 'The id of a person is personal data: classify it as personal or above.')
    }
  }
  return undefined
}

/** Each data item is decided about on its own, so none may contain another. */
function checkItems({ fields }: Entry): Failure | undefined {
  const pointers = fields.map(({ pointer }) => pointer)
  for (const [index, pointer] of pointers.entries()) {
    if (pointer.split('/').includes('__proto__')) {
      return unlawful('13', `/fields/${index}/pointer`, 'No data item may be named __proto__.')
    }
    const inner = pointers.find(other => other.startsWith(`${pointer}/`))
    if (!inner) continue
    const detail = `Data items are listed one by one: this one contains ${inner}. List its parts instead.`
    return unlawful('13', `/fields/${index}/pointer`, detail)
  }
  return undefined
}

const unlawful = (article: '13' | '14–15' | '15', pointer: string, rule: string): Failure =>
  failure('CATALOGUE_UNLAWFUL', { pointer, detail: `Order 809, Art ${article}: ${rule}` })
