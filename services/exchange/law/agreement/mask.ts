/**
 * Masks: what is left of a value that an agreement lets be seen in part. A mask never reveals what it was not made for: a
 * value of another type or too short to hide anything becomes null. The stars do not tell the length.
 */
import type { Json } from '../../../contract/canonical-json.ts'
import { documentIn } from '../../../contract/formats/person-id.ts'
import { isForeigners, isResidentId } from '../../../contract/formats/resident-id.ts'
import { hasUsccShape, isUscc } from '../../../contract/formats/uscc.ts'

export const masks = ['keep-last-4', 'keep-first-1', 'region-only', 'month-only', 'year-only'] as const
export type Mask = (typeof masks)[number]

const stars = '****'

const written: Record<Mask, (text: string) => string | null> = {
  /** Before a document's number its kind stays, which says where to compare it; the state that issued a passport goes. */
  'keep-last-4': text => {
    const document = documentIn(text)
    const number = document ? document.number.slice(document.number.indexOf(':') + 1) : text
    return lengthOf(number) >= 8 ? `${document ? `${document.kind}:` : ''}${stars}${lastOf(number, 4)}` : null
  },
  /** The surname of most names. */
  'keep-first-1': text => (lengthOf(text) >= 2 ? firstOf(text, 1) + stars : null),
  'region-only': text => {
    const region = regionIn(text)
    return region === undefined ? null : region + stars
  },
  'month-only': text => (isDay(text) ? text.slice(0, 7) : null),
  'year-only': text => (isDay(text) ? text.slice(0, 4) : null),
}

/**
 * The division code (GB/T 2260) that a resident id or a credit code holds. A foreigner's number holds the nationality there. Three in
 * ten codes over an organisation code of digits are digits to the end, so that the check characters alone tell them from ids.
 */
function regionIn(text: string): string | undefined {
  if (isResidentId(text)) return isForeigners(text) ? undefined : text.slice(0, 6)
  const isCode = isUscc(text) || (hasUsccShape(text) && !/^\d{17}[\dX]$/.test(text))
  return isCode ? text.slice(2, 8) : undefined
}

export const masked = (mask: Mask, value: Json): string | null =>
  typeof value === 'string' ? written[mask](value) : null

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}(T|$)/.test(text)
/** Characters as people count them: one for a rare ideograph beyond the basic plane. */
const lengthOf = (text: string) => [...text].length
const firstOf = (text: string, count: number) => [...text].slice(0, count).join('')
const lastOf = (text: string, count: number) => [...text].slice(-count).join('')
