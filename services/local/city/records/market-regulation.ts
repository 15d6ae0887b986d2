import type { Business, Neighbourhood } from '../facts.ts'
import { districtOf } from '../places.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded, yuan } from './record.ts'

const dataset = 'market-regulation.business-licence'

export const marketRegulationRecords = ({ businesses }: Neighbourhood): CityRecord[] => businesses.map(licenceRecord)

function licenceRecord(business: Business): CityRecord {
  const { number, code, name, representative, capital, establishedOn, address, scope } = business
  const certificateNumber = `${address.divisionCode}${establishedOn.replaceAll('-', '')}${padded(number, 6)}`
  return issued(dataset, establishedOn, {
    certificateNumber,
    licenceId: licenceId(dataset, certificateNumber),
    creditCode: code,
    name,
    kind: 'limited-company',
    legalRepresentative: nameAndId(representative),
    registeredCapital: yuan(capital),
    establishedOn,
    address: { ...address },
    businessScope: scope,
    issuer: issuer(dataset, `上海市${districtOf(address.divisionCode).name}市场监督管理局`),
    issuedOn: establishedOn,
  })
}
