import { plusYears, yearOf } from '../days.ts'
import type { Neighbourhood, Title } from '../facts.ts'
import { type District, districtOf } from '../places.ts'
import { type CityRecord, issuer, licenceId, nameAndId, padded } from './record.ts'

const dataset = 'natural-resources.real-estate-certificate'

/** The printed number of a title certificate, by which contracts and leases name the flat. */
export const serialNumberOf = ({ number }: Title) => `D31${padded(number, 9)}`

export const naturalResourcesRecords = ({ titles }: Neighbourhood): CityRecord[] =>
  titles.map(title => titleRecord(title, districtOf(title.location.divisionCode)))

function titleRecord(title: Title, { code, name, sign }: District): CityRecord {
  const { number, ownership, location, floorArea, mortgaged, registeredOn, transferred } = title
  const serialNumber = serialNumberOf(title)
  return {
    dataset,
    change: transferred ? 'transferred' : 'issued',
    updatedOn: registeredOn,
    data: {
      serialNumber,
      certificateNumber: `沪（${yearOf(registeredOn)}）${sign}字不动产权第${padded(number % 1_000_000, 6)}号`,
      licenceId: licenceId(dataset, serialNumber),
      unitNumber: `${code}001001GB${padded(number % 100_000, 5)}F${padded(number, 8)}`,
      ownership,
      owners: title.owners.map(({ person, share }) => ({ ...nameAndId(person), ...(share && { share }) })),
      location: { ...location },
      use: 'residential',
      floorArea,
      landUseUntil: plusYears('2070-06-30', number % 7),
      mortgaged,
      registeredOn,
      issuer: issuer(dataset, `上海市${name}自然资源确权登记事务中心`),
    },
  }
}
