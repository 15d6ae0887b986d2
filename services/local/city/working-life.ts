/** Work, insurance, taxes. */
import { ageOn, dayNumber, dayOf, monthOf, plusDays, plusYears } from './days.ts'
import { asOf, type Employer, type Insured, type Payment, type Sale, type Taxed } from './facts.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

const firstContributions = '1993-01'

export function insuredOf(people: Person[], employer: () => Employer, random: Random): Insured[] {
  return people.flatMap(person => {
    const age = ageOn(asOf, person.birthDate)
    const retired = age >= (person.sex === 'male' ? 60 : 55)
    if (age < 22 || !random.chance(0.85)) return []
    const began = monthOf(plusYears(person.birthDate, random.between(20, Math.min(26, age))))
    const since = began < firstContributions ? firstContributions : began
    const works = !retired && random.chance(0.9)
    return [{ number: person.number, person, since, retired, ...(works && { employer: employer() }) }]
  })
}

/** A statement for each party to a sale, and one on last year's income tax for some of the others. */
export function taxedOf(people: Person[], sales: Sale[], random: Random): Taxed[] {
  const onSales = sales.flatMap(sale => taxesOfSale(sale))
  const onIncome = people
    .filter(person => ageOn(asOf, person.birthDate) >= 22 && random.chance(0.3))
    .map(taxpayer => ({
      number: 2 * taxpayer.number,
      taxpayer,
      payments: [{ tax: 'individual-income-tax', amount: random.between(0, 60_000), paidOn: springDay(random) }],
      arrears: random.chance(0.02),
    }))
  return [...onSales, ...onIncome]
}

/** Last year's income tax is settled from March to June. */
const springDay = (random: Random) => dayOf(random.between(dayNumber('2026-03-01'), dayNumber('2026-06-30')))

/** Rates simplified: income tax 1 % of the price, no value-added tax after two years, deed tax 1.5 %. */
export function taxesOfSale(sale: Sale): Taxed[] {
  const paidOn = plusDays(sale.signedOn, 5)
  const statement = (taxpayer: Person, payments: Payment[]) => ({
    number: 2 * taxpayer.number + 1,
    taxpayer,
    sale,
    payments,
    arrears: false,
  })
  const part = (rate: number, parties: Person[]) => Math.round((sale.price * rate) / parties.length)
  const ofSeller = [
    { tax: 'individual-income-tax', amount: part(0.01, sale.sellers), paidOn },
    { tax: 'value-added-tax', amount: 0, paidOn },
  ]
  const ofBuyer = [{ tax: 'deed-tax', amount: part(0.015, sale.buyers), paidOn }]
  return [
    ...sale.sellers.map(person => statement(person, ofSeller)),
    ...sale.buyers.map(person => statement(person, ofBuyer)),
  ]
}
