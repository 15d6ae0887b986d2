/** A term is what an entry can be found by: a number for a kind of thing and its value. */
import { hash } from 'node:crypto'
import type { Subject } from '../../../contract/subject.ts'

/** Entries of one step of the indexer. It divides 8,192, and bundles of 256 divide it: retention drops whole steps. */
export const stepSize = 1_024

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

/** 43 bits, so that a term and a place in a step make one safe integer, and a native sort orders both. */
export type Term = number

const separator = '\x1f'

/** The first 43 bits of SHA-256 over `<kind> <values>`. Two values with one term cost a read; the entry decides. */
export const termOf = (kind: TermKind, ...values: string[]): Term =>
  Math.floor(hash('sha256', [kind, ...values].join(separator), 'buffer').readUIntBE(0, 6) / 2 ** 5)

export const subjectTerm = ({ type, id }: Subject): Term => termOf('subject', type, id)
