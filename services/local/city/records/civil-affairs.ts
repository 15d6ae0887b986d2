import { plusYears, yearOf } from '../days.ts'
import { asOf, type Marriage, type Neighbourhood } from '../facts.ts'
import type { District } from '../places.ts'
import { type CityRecord, issuer, licenceId, nameAndId, padded } from './record.ts'

const dataset = 'civil-affairs.marriage-certificate'

export const civilAffairsRecords = ({ district, marriages }: Neighbourhood): CityRecord[] =>
  marriages.map(marriage => marriageRecord(marriage, district))

function marriageRecord({ number, husband, wife, registeredOn, ended }: Marriage, district: District): CityRecord {
  const certificateNumber = `J${district.code}-${yearOf(registeredOn)}-${padded(number % 1_000_000, 6)}`
  return {
    dataset,
    change: ended ? 'cancelled' : 'issued',
    updatedOn: ended ? plusYears(asOf, -1) : registeredOn,
    data: {
      certificateNumber,
      licenceId: licenceId(dataset, certificateNumber),
      holderA: nameAndId(husband),
      holderB: nameAndId(wife),
      registeredOn,
      issuer: issuer(dataset, `上海市${district.name}婚姻登记中心`),
      issuedOn: registeredOn,
      divisionCode: district.code,
    },
  }
}
