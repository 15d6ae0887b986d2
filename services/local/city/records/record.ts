/** One certificate as a department holds it: the record as its schema has it, and where it stands. */
import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { RecordChange } from '../../../contract/envelope.ts'
import { licenceIdCheck } from '../../../contract/formats/licence-id.ts'
import { usccOf } from '../credit-code.ts'
import type { Person } from '../person.ts'

export type CityRecord = { dataset: string; change: RecordChange; updatedOn: string; data: JsonObject }

const departments: { id: string; creditCode: string }[] = JSON.parse(
  readFileSync(new URL('../../../../schemas/departments.json', import.meta.url), 'utf8'),
)
const creditCodes = new Map(departments.map(({ id, creditCode }) => [id, creditCode]))
const departmentOf = (dataset: string) => dataset.slice(0, dataset.indexOf('.'))

export const issuer = (dataset: string, name: string) => ({ name, code: creditCodes.get(departmentOf(dataset))! })

/** The authority that defined each kind of licence, and the kind's three digits (GB/T 36904). */
const licenceTypes = new Map(
  [
    ['public-security.resident-identity', 'MB3N0101', '001'],
    ['public-security.household-register', 'MB3N0101', '002'],
    ['public-security.residence-permit', 'MB3N0101', '003'],
    ['civil-affairs.marriage-certificate', 'MB3N0202', '001'],
    ['natural-resources.real-estate-certificate', 'MB3N0303', '001'],
    ['taxation.tax-clearance', 'MB3N0404', '001'],
    ['human-resources.social-insurance', 'MB3N0505', '001'],
    ['market-regulation.business-licence', 'MB3N0606', '001'],
    ['housing.sale-contract', 'MB3N0707', '001'],
    ['housing.lease-filing', 'MB3N0707', '002'],
    ['housing-fund.loan-settlement', 'MB3N0808', '001'],
    ['health.birth-certificate', 'MB3N0909', '001'],
    ['health.vaccination-record', 'MB3N0909', '002'],
  ].map(([dataset, authority, kind]) => [dataset!, usccOf('11100000', authority!) + kind]),
)

/** The identifier of the licence with this certificate number. */
export function licenceId(dataset: string, certificateNumber: string): string {
  const parts = [
    licenceTypes.get(dataset)!,
    issuer(dataset, '').code,
    certificateNumber.replaceAll(/[^\dA-Z]/g, ''),
    '001',
  ]
  return ['1.2.156.3005.2', ...parts, licenceIdCheck(parts.join(''))].join('.')
}

export const nameAndId = ({ name, id }: Person) => ({ name, id })
export const padded = (number: number, digits: number) => String(number).padStart(digits, '0')
/** Yuan, with two decimals. */
export const yuan = (amount: number) => amount.toFixed(2)

export const issued = (dataset: string, updatedOn: string, data: JsonObject): CityRecord => ({
  dataset,
  change: 'issued',
  updatedOn,
  data,
})
