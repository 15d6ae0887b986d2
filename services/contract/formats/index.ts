/**
 * Every `format` that a schema of the catalogue may name. All are asserted, all look at a text once: a registered
 * schema cannot make validation slow through them.
 */
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { isDate, isDateTime, isTime } from './calendar.ts'
import { isDivisionCode } from './division-code.ts'
import { isLicenceId } from './licence-id.ts'
import { isOrganisationCode } from './organisation-code.ts'
import { isPersonId } from './person-id.ts'
import { isResidentId } from './resident-id.ts'
import { isUscc } from './uscc.ts'

/** RFC 5321, section 4.5.3.1.3. The limit also bounds what the expression can cost. */
const longestEmail = 254
const longestUri = 2048

const isEmail = (text: string) => text.length <= longestEmail && (fullFormats.email as RegExp).test(text)
const isUri = (text: string) => text.length <= longestUri && (fullFormats.uri as (text: string) => boolean)(text)
const isUuid = (text: string) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text)

export const formats: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  'resident-id': isResidentId,
  'person-id': isPersonId,
  uscc: isUscc,
  'organisation-code': isOrganisationCode,
  'division-code': isDivisionCode,
  'licence-id': isLicenceId,
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  email: isEmail,
  uri: isUri,
  uuid: isUuid,
})
