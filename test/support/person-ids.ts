/** Valid ids of persons of every kind of document, as fast-check makes them, each with the characters that its number may hold. */
import fc from 'fast-check'
import { oldCardCheck } from '../../services/contract/formats/person-id.ts'
import { residentIdCheck } from '../../services/contract/formats/resident-id.ts'

const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2023-11-30'), noInvalidDate: true })
const dayOf = (date: Date) => date.toISOString().slice(0, 10).replaceAll('-', '')
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
const states = fc.constantFrom('DEU', 'USA', 'GBR', 'JPN', 'KAZ', 'CAN', 'RUS', 'UNO')
const provinces = fc.constantFrom('11', '31', '44', '65')

const eighteen = (regions: fc.Arbitrary<string>) =>
  fc.tuple(regions, days, digits(3)).map(([region, born, number]) => {
    const first = region + dayOf(born) + number
    return first + residentIdCheck(first)
  })

const oldCards = fc
  .tuple(states, provinces, digits(2), days, digits(1))
  .map(([state, province, city, born, number]) => {
    const first = state + province + city + dayOf(born).slice(2) + number
    return `permanent-residence:${first}${oldCardCheck(first)}`
  })

export const personIds = {
  'resident-id': eighteen(fc.tuple(provinces, digits(4)).map(parts => parts.join(''))),
  'residence-permit': eighteen(fc.constantFrom('810000', '820000', '830000')),
  'foreigner-since-2023': eighteen(fc.tuple(provinces, digits(3)).map(([province, state]) => `9${province}${state}`)),
  'permanent-residence': oldCards,
  passport: fc
    .tuple(states, fc.stringMatching(/^[A-Z\d]{4,8}$/), digits(1))
    .map(([state, first, last]) => `passport:${state}:${first}${last}`),
  'chinese-passport': fc
    .oneof(fc.stringMatching(/^[EG]\d{8}$/), fc.stringMatching(/^E[A-Z]\d{7}$/), fc.stringMatching(/^1[45]\d{7}$/))
    .map(number => `passport:CHN:${number}`),
  'hk-macao-permit': fc.stringMatching(/^[HM]\d{8}$/).map(number => `hk-macao-permit:${number}`),
  'taiwan-permit': digits(8).map(number => `taiwan-permit:${number}`),
}

export const anyPersonId = fc.oneof(...Object.values(personIds))
