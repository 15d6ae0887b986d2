/** A term is what an entry can be found by: a number for a kind of thing and its value. */
import { hash } from 'node:crypto'
import type { Subject } from '../../../contract/subject.ts'

/** The kinds, rarest values first: a search of several terms is led by the first of them. */
export const kindsOfTerms = [
  'version',
  'record',
  'reference',
  'case',
  'subject',
  'official',
  'code',
  'outcome',
  'kind',
  'matter',
  'caller',
  'dataset',
  'department',
] as const
export type TermKind = (typeof kindsOfTerms)[number]

/** 40 bits. */
export type Term = number

const separator = '\x1f'

/** The first 40 bits of SHA-256 over `<kind> <values>`. Two values with one term cost a read; the entry decides. */
export const termOf = (kind: TermKind, ...values: string[]): Term =>
  hash('sha256', kind + separator + values.join(separator), 'buffer').readUIntBE(0, 5)

export const subjectTerm = ({ type, id }: Subject): Term => termOf('subject', type, id)
