/** Passports, permits and cards as people type them, with their kind before the number: `Passport: DEU: C01X-00T47`. */
import { isDate } from './formats/calendar.ts'
import { isIssuingState } from './formats/issuing-state.ts'
import {
  type DocumentKind,
  isOfOldCard,
  isPassportNumber,
  isResidentOfOldCard,
  oldCardCheck,
} from './formats/person-id.ts'
import { birthDateOf, isForeigners, isIssuedSomewhere, isResidentId } from './formats/resident-id.ts'
import type { SubjectFault } from './subject-faults.ts'

export type ReadId = { id: string } | SubjectFault

/** `text` is half-width, in capitals and without blanks; it has a colon. */
export function readDocument(text: string): ReadId {
  const colon = text.indexOf(':')
  const kind = text.slice(0, colon).toLowerCase()
  return Object.hasOwn(readers, kind) ? readers[kind as DocumentKind](text.slice(colon + 1)) : 'document'
}

/** The number of a person's id of eighteen characters, or what is wrong with it. */
export function readResidentId(number: string): ReadId {
  if (isResidentId(number)) return { id: number }
  if (number === '') return 'missing'
  if (/^\d{15}$/.test(number)) return 'first-generation'
  if (/^[\dA-Z]+$/.test(number) && number.length !== 18) return 'length'
  if (!/^\d{17}[\dX]$/.test(number)) return 'characters'
  if (!isIssuedSomewhere(number)) return 'region'
  return isDate(birthDateOf(number)) ? 'person-check' : 'birth-date'
}

const readers: Record<DocumentKind | 'resident-id', (typed: string) => ReadId> = {
  'resident-id': readResidentId,
  passport: readPassport,
  'hk-macao-permit': typed => readPermit('hk-macao-permit', /^([HM]\d{8})(\d\d)?$/.exec(typed)),
  /** Until 2008 the count of renewals and the office that issued it stood behind the number. */
  'taiwan-permit': typed => readPermit('taiwan-permit', /^(\d{8})(?:\d\d(?:\([\dA-Z]\))?)?$/.exec(typed)),
  'permanent-residence': readCard,
}

/** One letter is Germany's in machine-readable passports; what stands between characters there is `<`, and elsewhere a hyphen. */
function readPassport(typed: string): ReadId {
  const [letters = '', number = '', ...more] = typed.split(':')
  const state = letters === 'D' ? 'DEU' : letters
  if (!isIssuingState(state) || more.length > 0) return 'state'
  const plain = number.replace(/[-<]/g, '')
  if (isPassportNumber(plain, state)) return { id: `passport:${state}:${plain}` }
  return state === 'CHN' ? 'chinese-passport' : 'passport'
}

const readPermit = (kind: 'hk-macao-permit' | 'taiwan-permit', found: RegExpExecArray | null): ReadId =>
  found ? { id: `${kind}:${found[1]}` } : kind

/** Before December 2023 three letters and twelve digits, since then eighteen characters, which stand alone. */
function readCard(number: string): ReadId {
  if (/^\d{17}[\dX]$/.test(number)) return isForeigners(number) ? readResidentId(number) : 'permanent-residence-new'
  if (!isOfOldCard(number) || !isResidentOfOldCard(number)) return 'permanent-residence'
  return oldCardCheck(number) === number.charAt(14)
    ? { id: `permanent-residence:${number}` }
    : 'permanent-residence-check'
}
