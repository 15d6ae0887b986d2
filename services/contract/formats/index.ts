/**
 * Every `format` that a schema of the catalogue may name. All are asserted, all look at a text once: a registered
 * schema cannot make validation slow through them.
 */
import { isDate, isDateTime, isDuration, isTime } from './calendar.ts'
import { isDivisionCode } from './division-code.ts'
import { isHostname, isIpv4, isIpv6 } from './host.ts'
import { isLicenceId } from './licence-id.ts'
import { isEmail } from './mail.ts'
import { isOrganisationCode } from './organisation-code.ts'
import { isPersonId } from './person-id.ts'
import { isJsonPointer, isRegex, isRelativeJsonPointer } from './pointer.ts'
import { isResidentId } from './resident-id.ts'
import { isIri, isIriReference, isUri, isUriReference } from './uri.ts'
import { isUscc } from './uscc.ts'

/** RFC 9562, section 4: of any version and variant. */
const isUuid = (text: string) => /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text)

export const formats: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  'resident-id': isResidentId,
  'person-id': isPersonId,
  uscc: isUscc,
  'organisation-code': isOrganisationCode,
  'division-code': isDivisionCode,
  'licence-id': text => isLicenceId(text),
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  duration: isDuration,
  email: isEmail,
  uri: isUri,
  'uri-reference': isUriReference,
  iri: isIri,
  'iri-reference': isIriReference,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  uuid: isUuid,
  'json-pointer': isJsonPointer,
  'relative-json-pointer': isRelativeJsonPointer,
  regex: isRegex,
})
