/**
 * The people of the stories: neighbourhood 0, the same in every city. For each matter one of them has every proof.
 * 林晓燕 sells her family's flat to 陈宇航 and 徐雅静; 何俊杰 founds a company; 马丽娟, registered in Anhui, has a child of
 * school age. 孙建国 is the landlord of the last two.
 */

import { businessAt, employerAt } from './business.ts'
import type { Household, Neighbourhood, Sale, Title } from './facts.ts'
import { type Person, residentIdOf, type Sex } from './person.ts'
import { districtOf } from './places.ts'
import { taxesOfSale } from './working-life.ts'

const person = (
  number: number,
  name: string,
  sex: Sex,
  birthDate: string,
  registeredIn: string,
  sequence: number,
): Person => ({
  number,
  name,
  sex,
  birthDate,
  id: residentIdOf(registeredIn, birthDate, sequence),
  ethnicity: '01',
  registeredIn,
})

const lin = person(1, '林晓燕', 'female', '1990-03-07', '310115', 998)
const zhou = person(2, '周明轩', 'male', '1988-06-19', '310104', 997)
const zhouZihan = person(3, '周子涵', 'female', '2018-05-21', '310115', 998)
const chen = person(4, '陈宇航', 'male', '1992-11-24', '310112', 997)
const xu = person(5, '徐雅静', 'female', '1993-09-18', '310106', 998)
const he = person(6, '何俊杰', 'male', '1994-04-16', '310104', 997)
const ding = person(7, '丁志强', 'male', '1989-12-02', '340123', 997)
const ma = person(8, '马丽娟', 'female', '1991-04-02', '340123', 998)
const dingYinuo = person(9, '丁一诺', 'female', '2020-03-15', '340123', 998)
const sun = person(10, '孙建国', 'male', '1961-08-30', '310106', 997)
const wang = person(11, '王秀兰', 'female', '1963-01-12', '310106', 998)

/** The person of a matter's story, and the facts they declare when asked. */
export const protagonists = {
  'real-estate-transfer': {
    name: lin.name,
    id: lin.id,
    facts: { 'marital-status': 'married', 'fund-loan': true },
  },
  'enterprise-establishment': { name: he.name, id: he.id, facts: {} },
  'school-enrolment': { name: ma.name, id: ma.id, facts: {} },
} as const

export const protagonistCount = 11

const flat = { divisionCode: '310115', text: '上海市浦东新区锦绣路2580弄18号502室' }
const rentedHome = { divisionCode: '310112', text: '上海市闵行区七莘路1855弄46号1203室' }
const premises = { divisionCode: '310104', text: '上海市徐汇区漕宝路400号3幢201室' }

const household = (
  number: number,
  local: boolean,
  home: Household['home'],
  ...members: [Person, string][]
): Household => ({
  number,
  local,
  home,
  members: members.map(([person, relation]) => ({ person, relation })),
})

const households = [
  household(1, true, flat, [lin, '02'], [zhou, '10'], [zhouZihan, '30']),
  household(2, true, { divisionCode: '310112', text: '上海市闵行区沪闵路6088弄7号301室' }, [chen, '02'], [xu, '10']),
  household(3, true, { divisionCode: '310104', text: '上海市徐汇区天钥桥路333号2单元901室' }, [he, '02']),
  household(4, false, rentedHome, [ding, '02'], [ma, '10'], [dingYinuo, '30']),
  household(5, true, { divisionCode: '310106', text: '上海市静安区江宁路1165弄5号602室' }, [sun, '02'], [wang, '10']),
]

const title = (number: number, owners: Person[], location: Title['location'], floorArea: number): Title => ({
  number,
  ownership: owners.length > 1 ? 'joint' : 'single',
  owners: owners.map(person => ({ person })),
  location,
  floorArea,
  registeredOn: '2017-03-20',
  mortgaged: false,
  transferred: false,
})

const soldFlat = title(1, [lin, zhou], flat, 89.56)
const letHome = title(2, [sun], rentedHome, 76.2)
const letPremises = title(3, [sun], premises, 54)
const sale: Sale = {
  number: 1,
  title: soldFlat,
  sellers: [lin, zhou],
  buyers: [chen, xu],
  price: 6_200_000,
  signedOn: '2026-10-12',
}
const lease = { lessor: sun, from: '2026-03-01', until: '2036-02-29' }

const marriages: Neighbourhood['marriages'] = [
  { number: 1, husband: zhou, wife: lin, registeredOn: '2016-09-18', ended: false },
  { number: 2, husband: chen, wife: xu, registeredOn: '2019-05-20', ended: false },
  { number: 3, husband: ding, wife: ma, registeredOn: '2015-10-08', ended: false },
  { number: 4, husband: sun, wife: wang, registeredOn: '1986-05-01', ended: false },
]
const births: Neighbourhood['births'] = [
  { number: 3, child: zhouZihan, mother: lin, father: zhou },
  { number: 9, child: dingYinuo, mother: ma, father: ding },
]
const leases: Neighbourhood['leases'] = [
  { ...lease, number: 1, title: letHome, lessees: [ding, ma], use: 'residential', rent: 6500 },
  { ...lease, number: 2, title: letPremises, lessees: [he], use: 'business', rent: 9000 },
]
const loans: Neighbourhood['loans'] = [
  {
    number: 1,
    title: soldFlat,
    borrower: lin,
    principal: 800_000,
    grantedOn: '2017-03-25',
    settledOn: '2026-09-30',
  },
]
const taxed: Neighbourhood['taxed'] = [
  ...taxesOfSale(sale),
  {
    number: 12,
    taxpayer: he,
    payments: [{ tax: 'individual-income-tax', amount: 12_345.67, paidOn: '2026-03-31' }],
    arrears: false,
  },
]
const employer = employerAt(0)
const insured: Neighbourhood['insured'] = [
  { number: 1, person: lin, employer, since: '2012-07', retired: false },
  { number: 2, person: zhou, employer, since: '2010-08', retired: false },
  { number: 4, person: chen, employer, since: '2015-07', retired: false },
  { number: 5, person: xu, employer, since: '2016-07', retired: false },
  { number: 6, person: he, since: '2018-03', retired: false },
  { number: 8, person: ma, employer, since: '2019-05', retired: false },
  { number: 10, person: sun, since: '1993-01', retired: true },
]
const businesses: Neighbourhood['businesses'] = [
  {
    ...businessAt(0),
    number: 1,
    representative: xu,
    capital: 5_000_000,
    establishedOn: '2019-06-03',
    address: { divisionCode: '310115', text: '上海市浦东新区张江路88号3幢201室' },
  },
]

export const protagonistNeighbourhood = (): Neighbourhood => ({
  district: districtOf('310115'),
  households,
  marriages,
  births,
  titles: [soldFlat, letHome, letPremises],
  sales: [sale],
  leases,
  loans,
  taxed,
  insured,
  businesses,
})
