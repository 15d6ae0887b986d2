import { plusDays, yearOf } from '../days.ts'
import type { Loan, Neighbourhood } from '../facts.ts'
import { serialNumberOf } from './natural-resources.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded, yuan } from './record.ts'

const dataset = 'housing-fund.loan-settlement'

export const housingFundRecords = ({ loans }: Neighbourhood): CityRecord[] => loans.map(settlementRecord)

function settlementRecord({ number, title, borrower, principal, grantedOn, settledOn }: Loan): CityRecord {
  const certificateNumber = `GJJ${yearOf(settledOn)}${padded(number, 8)}`
  const issuedOn = plusDays(settledOn, 5)
  return issued(dataset, issuedOn, {
    certificateNumber,
    licenceId: licenceId(dataset, certificateNumber),
    borrower: nameAndId(borrower),
    loanNumber: grantedOn.slice(0, 7).replace('-', '') + padded(number, 8),
    titleSerialNumber: serialNumberOf(title),
    principal: yuan(principal),
    grantedOn,
    settledOn,
    mortgageReleased: true,
    issuer: issuer(dataset, '上海市公积金管理中心'),
    issuedOn,
  })
}
