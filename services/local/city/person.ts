/** One inhabitant, and the resident id that only they have. */
import { residentIdCheck } from '../../contract/formats/resident-id.ts'
import { dayNumber, dayOf } from './days.ts'
import { districts, origins } from './places.ts'

export type Sex = 'male' | 'female'
export type Person = {
  number: number
  name: string
  sex: Sex
  birthDate: string
  id: string
  /** GB/T 3304. */
  ethnicity: string
  /** The division of household registration, which is that of the id. */
  registeredIn: string
}

/** Sequence numbers from 997 on belong to the protagonists. */
const sequencesPerDay = 498
const dayClasses = 128
const classes = districts.length

/** With more, two people could get the same id. */
export const mostPeople = classes * sequencesPerDay * dayClasses

/**
 * An inhabitant by number. Region and sequence tell apart `classes * sequencesPerDay` people; beyond them the birth date
 * is moved back, by 127 days at most, to one that only every 128th such group may have. So no id is given twice, and
 * nobody has to remember those already given.
 */
export function personOf(draft: { number: number; name: string; sex: Sex; bornAbout: string; local: boolean }): Person {
  const { number, name, sex, bornAbout, local } = draft
  const sequence = 2 * (Math.floor(number / classes) % sequencesPerDay) + (sex === 'male' ? 1 : 2)
  const group = Math.floor(number / (classes * sequencesPerDay))
  const day = dayNumber(bornAbout)
  const birthDate = dayOf(day - modulo(day - group, dayClasses))
  const registeredIn = local ? districts[number % classes]!.code : origins[number % classes]!
  const id = residentIdOf(registeredIn, birthDate, sequence)
  return { number, name, sex, birthDate, id, ethnicity: '01', registeredIn }
}

/** An odd sequence is a man's, an even one a woman's (GB 11643). */
export function residentIdOf(division: string, birthDate: string, sequence: number): string {
  const digits = division + birthDate.replaceAll('-', '') + String(sequence).padStart(3, '0')
  return digits + residentIdCheck(digits)
}

const modulo = (number: number, divisor: number) => ((number % divisor) + divisor) % divisor
