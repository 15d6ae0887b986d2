/**
 * A subject's id as people type and paste it. One rule for hub, adapter and console: how an id is written, whether it is a
 * person's or an organisation's, and what is wrong with it, in both languages. No sentence repeats the id.
 */
import { type CodeExceptions, noExceptions } from './code-exceptions.ts'
import { type Failure, failure, inWords } from './failure.ts'
import { isOfOldCard } from './formats/person-id.ts'
import { isUscc } from './formats/uscc.ts'
import { readDocument, readResidentId } from './read-document.ts'
import { isSubject, type Subject } from './subject.ts'
import { type SubjectFault, subjectFaults } from './subject-faults.ts'

export { type SubjectFault, subjectFaults } from './subject-faults.ts'

/** Without blanks of any width, line breaks, zero-width and direction marks: nobody sees them, and no id or name needs any. */
export const withoutUnseen = (typed: string): string =>
  typed.replace(/[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, '')

const fullWidth = /[\uff01-\uff5e]/g
const fullWidthOffset = 0xfee0
/** The Roman numeral ten, which Chinese input methods offer for the check character X. */
const romanTen = /[\u2169\u2179]/g

/** The id as the standards write it: half-width, capital letters, nothing between them. Any other character stays. */
const writtenId = (typed: string): string =>
  withoutUnseen(typed)
    .replace(fullWidth, character => String.fromCharCode(character.charCodeAt(0) - fullWidthOffset))
    .replace(romanTen, 'X')
    .replace(/[a-z]/g, letter => letter.toUpperCase())

/**
 * The subject that a typed id names, of any type or of the one given; or what is wrong with it. Additions are taken off: blanks,
 * small letters, the count of a permit's renewals.
 */
export function readSubject(
  typed: string,
  type?: Subject['type'],
  exceptions: CodeExceptions = noExceptions,
): Subject | SubjectFault {
  const id = writtenId(typed)
  const isCode = type !== 'person' && (isUscc(id) || exceptions.has(id))
  if (type === 'organisation') return isCode ? { type, id } : faultOfCode(id)
  const person = readPerson(id)
  if (typeof person !== 'string') return isCode ? 'either' : { type: 'person', id: person.id }
  return isCode ? { type: 'organisation', id } : faultOf(id, person, type)
}

export const isFault = (read: Subject | SubjectFault): read is SubjectFault => typeof read === 'string'

/** Of all numbers without their kind only an old permanent residence card's tells what it is. */
function readPerson(id: string) {
  if (id.includes(':')) return readDocument(id)
  return isOfOldCard(id) ? readDocument(`permanent-residence:${id}`) : readResidentId(id)
}

/** Digits alone may be either: a number with a birth date in it was meant for a person. */
const faultOf = (id: string, person: SubjectFault, type: Subject['type'] | undefined): SubjectFault =>
  type === 'person' || person === 'person-check' || id.length !== 18 || !/^[\dA-Z]+$/.test(id)
    ? person
    : 'organisation-check'

function faultOfCode(code: string): SubjectFault {
  if (code === '') return 'missing'
  if (!/^[\dA-Z]+$/.test(code)) return 'characters'
  return code.length === 18 ? 'organisation-check' : 'organisation-length'
}

/** SUBJECT_INVALID with what is wrong, where `subject` is none: bodies are taken as they are, so nothing is mended here. */
export function checkSubject(
  subject: Subject,
  pointer: string,
  exceptions: CodeExceptions = noExceptions,
): Failure | undefined {
  const { id, type } = subject
  if (isSubject(subject, exceptions)) return undefined
  const { en, zh } = subjectFaults[faultInWriting(id, type, exceptions)]
  return failure('SUBJECT_INVALID', { pointer, ...inWords(en, zh) })
}

/** The fault of an id that should be in its stored form. */
export function faultInWriting(id: string, type: Subject['type'], exceptions = noExceptions): SubjectFault {
  const read = readSubject(id, type, exceptions)
  if (isFault(read)) return read
  if (/\p{White_Space}/u.test(id)) return 'blank'
  if (withoutUnseen(id) !== id) return 'invisible'
  if (/[\uff01-\uff5e\u2169\u2179]/.test(id)) return 'full-width'
  const kind = read.id.slice(0, read.id.indexOf(':') + 1)
  if (id.startsWith(kind) && id.toUpperCase() === read.id.toUpperCase()) return 'lower-case'
  return /^(hk-macao|taiwan)-permit:/.test(id) ? 'renewals' : 'unwritten'
}
