import { plusDays } from '../days.ts'
import type { Neighbourhood, Taxed } from '../facts.ts'
import type { District } from '../places.ts'
import { contractNumberOf } from './housing.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded, yuan } from './record.ts'

const dataset = 'taxation.tax-clearance'

export const taxationRecords = ({ district, taxed }: Neighbourhood): CityRecord[] =>
  taxed.map(statement => clearanceRecord(statement, district))

function clearanceRecord({ number, taxpayer, sale, payments, arrears }: Taxed, { name }: District): CityRecord {
  const certificateNumber = `WS2026${padded(number, 9)}`
  const paidOn = payments
    .map(payment => payment.paidOn)
    .toSorted()
    .at(-1)!
  const issuedOn = plusDays(paidOn, 1)
  const period = sale ? [sale.signedOn, paidOn] : ['2025-01-01', '2025-12-31']
  return issued(dataset, issuedOn, {
    certificateNumber,
    licenceId: licenceId(dataset, certificateNumber),
    taxpayer: nameAndId(taxpayer),
    periodFrom: period[0]!,
    periodUntil: period[1]!,
    ...(sale && { contractNumber: contractNumberOf(sale) }),
    items: payments.map(({ tax, amount, paidOn }) => ({ tax, amount: yuan(amount), paidOn })),
    arrears,
    issuer: issuer(dataset, `国家税务总局上海市${name}税务局`),
    issuedOn,
  })
}
