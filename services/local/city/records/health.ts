import { usccOf } from '../credit-code.ts'
import { ageOn, plusDays } from '../days.ts'
import { asOf, type Birth, type Neighbourhood } from '../facts.ts'
import type { District } from '../places.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded } from './record.ts'

const certificate = 'health.birth-certificate'
const vaccination = 'health.vaccination-record'
const institutions = [
  { name: '上海市第一妇婴保健院', code: usccOf('12310000', 'MB3H0001') },
  { name: '复旦大学附属妇产科医院', code: usccOf('12310000', 'MB3H0002') },
  { name: '中国福利会国际和平妇幼保健院', code: usccOf('12310000', 'MB3H0003') },
]
/** Vaccine, number of the dose, days after birth (the national schedule, shortened). */
const schedule = [
  ['hepatitis-b', 1, 0],
  ['bcg', 1, 0],
  ['hepatitis-b', 2, 30],
  ['polio', 1, 61],
  ['dtap', 1, 92],
  ['hepatitis-b', 3, 183],
  ['mmr', 1, 245],
  ['japanese-encephalitis', 1, 250],
  ['mmr', 2, 550],
  ['hepatitis-a', 1, 560],
  ['meningococcal-ac', 1, 1100],
] as const
const keptUntilAge = 14

export function healthRecords({ district, births }: Neighbourhood): CityRecord[] {
  const young = births.filter(({ child }) => ageOn(asOf, child.birthDate) < keptUntilAge)
  return [
    ...births.map(birth => certificateRecord(birth, district)),
    ...young.map(birth => vaccinationRecord(birth, district)),
  ]
}

function certificateRecord({ number, child, mother, father }: Birth, { name }: District): CityRecord {
  const certificateNumber = `${'RSTUV'.charAt(number % 5)}31${padded(number, 7)}`
  const issuedOn = plusDays(child.birthDate, 4)
  const [hour, minute] = [padded(number % 24, 2), padded(number % 60, 2)]
  return issued(certificate, issuedOn, {
    certificateNumber,
    licenceId: licenceId(certificate, certificateNumber),
    child: {
      ...nameAndId(child),
      sex: child.sex,
      bornAt: `${child.birthDate}T${hour}:${minute}:00+08:00`,
      gestationWeeks: 37 + (number % 5),
      weight: 2600 + ((number * 37) % 1500),
    },
    mother: nameAndId(mother),
    father: nameAndId(father),
    institution: { ...institutions[number % institutions.length]! },
    issuer: issuer(certificate, `上海市${name}卫生健康委员会`),
    issuedOn,
  })
}

function vaccinationRecord({ number, child, mother }: Birth, { code, name }: District): CityRecord {
  const recordNumber = `YF${code}${padded(number, 8)}`
  const doses = schedule
    .map(([vaccine, dose, days]) => ({ vaccine, number: dose, givenOn: plusDays(child.birthDate, days) }))
    .filter(dose => dose.givenOn <= asOf)
  const issuedOn = doses.at(-1)!.givenOn
  return issued(vaccination, issuedOn, {
    recordNumber,
    licenceId: licenceId(vaccination, recordNumber),
    child: { ...nameAndId(child), birthDate: child.birthDate },
    guardian: nameAndId(mother),
    doses,
    complete: doses.length === schedule.length,
    issuer: issuer(vaccination, `上海市${name}疾病预防控制中心`),
    issuedOn,
  })
}
