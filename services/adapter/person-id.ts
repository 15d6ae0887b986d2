/** A person's id from the cells of a row: the number, the kind of document and, of a passport, the state that issued it. */
import { damageIn } from '../contract/damaged-text.ts'
import { isFault, readSubject, subjectFaults } from '../contract/read-subject.ts'
import type { PersonRule } from './config-schema.ts'
import type { Conversion, Row } from './source-row.ts'

/** `columns` has every column that the rule names. Additions to a number are taken off, as where people type it. */
export function personConversion({ kind, state }: PersonRule, columns: ReadonlyMap<string, number>): Conversion {
  const kindIn = cellReader(kind, columns)
  const stateIn = cellReader(state, columns)
  const read = (number: string, row: Row) => {
    const [document, country] = [kindIn(row), stateIn(row)]
    if (document === undefined || country === undefined) return 'codes'
    if (document === '') return readSubject(number, 'person')
    return readSubject(document === 'passport' ? `passport:${country}:${number}` : `${document}:${number}`, 'person')
  }
  return {
    convert: (number, row) => {
      if (damageIn(number)) return undefined
      const found = read(number, row)
      return found === 'codes' || isFault(found) ? undefined : found.id
    },
    explain: (number, row) => {
      const damage = damageIn(number)
      if (damage) return { keyword: 'text', message: damage.en, zh: damage.zh }
      const found = read(number, row)
      if (found === 'codes') return unknownCell
      const { en, zh } = subjectFaults[isFault(found) ? found : 'unwritten']
      return { keyword: 'person', message: en, zh }
    },
  }
}

/**
 * The kind that the cell names, by the code table where there is one: empty where nothing is said, undefined where
 * the table has no such word.
 */
function cellReader(from: PersonRule['kind'] | PersonRule['state'], columns: ReadonlyMap<string, number>) {
  if (from === undefined) return () => ''
  const index = columns.get(from.column)!
  const codes = from.codes && new Map(Object.entries(from.codes))
  return (row: Row): string | undefined => {
    const cell = row[index]!.trim()
    return cell === '' || !codes ? cell : codes.get(cell)
  }
}

const unknownCell = {
  keyword: 'codes',
  message: 'stands beside a kind of document or a state that is not in the code table',
  zh: '该行的证件种类或签发国家不在代码表中',
}
