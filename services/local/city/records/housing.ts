import { plusDays, yearOf } from '../days.ts'
import type { Lease, Neighbourhood, Sale } from '../facts.ts'
import { districtOf } from '../places.ts'
import { serialNumberOf } from './natural-resources.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded, yuan } from './record.ts'

const contract = 'housing.sale-contract'
const lease = 'housing.lease-filing'

export const contractNumberOf = ({ number, signedOn }: Sale) => `CLF${yearOf(signedOn)}${padded(number, 8)}`

export const housingRecords = ({ sales, leases }: Neighbourhood): CityRecord[] => [
  ...sales.map(contractRecord),
  ...leases.map(leaseRecord),
]

function contractRecord(sale: Sale): CityRecord {
  const { title, sellers, buyers, price, signedOn } = sale
  const contractNumber = contractNumberOf(sale)
  const filedOn = plusDays(signedOn, 1)
  return issued(contract, filedOn, {
    contractNumber,
    licenceId: licenceId(contract, contractNumber),
    sellers: sellers.map(nameAndId),
    buyers: buyers.map(nameAndId),
    titleSerialNumber: serialNumberOf(title),
    location: { ...title.location },
    floorArea: title.floorArea,
    price: yuan(price),
    signedOn,
    filedOn,
    issuer: issuer(contract, `上海市${districtOf(title.location.divisionCode).name}房地产交易中心`),
  })
}

function leaseRecord({ number, title, lessor, lessees, use, rent, from, until }: Lease): CityRecord {
  const { divisionCode } = title.location
  const filingNumber = `ZL${divisionCode}-${yearOf(from)}-${padded(number % 1_000_000, 6)}`
  return issued(lease, from, {
    filingNumber,
    licenceId: licenceId(lease, filingNumber),
    lessor: nameAndId(lessor),
    lessees: lessees.map(nameAndId),
    titleSerialNumber: serialNumberOf(title),
    location: { ...title.location },
    use,
    monthlyRent: yuan(rent),
    validFrom: from,
    validUntil: until,
    issuer: issuer(lease, `上海市${districtOf(divisionCode).name}房屋管理局`),
    issuedOn: from,
  })
}
