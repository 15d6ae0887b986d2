import { monthsBetween } from '../days.ts'
import { asOf, type Insured, type Neighbourhood } from '../facts.ts'
import type { District } from '../places.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded } from './record.ts'

const dataset = 'human-resources.social-insurance'
const statementDay = '2026-10-10'

export const humanResourcesRecords = ({ district, insured }: Neighbourhood): CityRecord[] =>
  insured.map(one => statementRecord(one, district))

function statementRecord({ number, person, employer, since, retired }: Insured, { name }: District): CityRecord {
  const certificateNumber = `SB202610${padded(number, 8)}`
  const paidMonths = Math.min(480, monthsBetween(since, asOf))
  const kinds = employer ? ['pension', 'medical', 'unemployment', 'work-injury', 'maternity'] : ['pension', 'medical']
  return issued(dataset, statementDay, {
    certificateNumber,
    licenceId: licenceId(dataset, certificateNumber),
    insured: nameAndId(person),
    ...(employer && { employer: { name: employer.name, code: employer.code } }),
    insurances: kinds.map(kind => ({ kind, since, paidMonths })),
    continuousMonths: retired ? 0 : Math.min(paidMonths, 12 + (number % 90)),
    state: retired ? 'retired' : 'paying',
    issuer: issuer(dataset, `上海市社会保险事业管理中心${name}分中心`),
    issuedOn: statementDay,
  })
}
