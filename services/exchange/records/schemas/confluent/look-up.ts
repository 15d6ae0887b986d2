/** Which version of a subject a schema is, by its fingerprint. */
import { checkBulk } from '../../../../json-schema/schema-guard.ts'
import type { SchemaNeeds } from '../needs.ts'
import { fingerprintOf, type RegisteredSchema } from '../schema-version.ts'
import type { Shown } from '../shown.ts'
import { readCandidate, type SchemaBody } from './body.ts'
import { type ConfluentError, confluentError, isConfluentError } from './error.ts'
import { readText, versionsOf } from './find-subject.ts'

/** The newest version that has the schema, of those that are shown; 40401, 40403 or 42201. */
export async function lookUp(
  needs: SchemaNeeds,
  subject: string,
  body: SchemaBody,
  shown: Shown,
): Promise<RegisteredSchema | ConfluentError> {
  const versions = await versionsOf(needs, subject, shown)
  if (isConfluentError(versions)) return versions
  const candidate = await readCandidate(needs, needs.catalogue.dataset(versions[0]!.dataset)!, body)
  if (isConfluentError(candidate)) return candidate
  const fingerprint = checkBulk(candidate.schema).length === 0 ? fingerprintOf(candidate.schema) : ''
  const found = versions.findLast(one => one.fingerprint === fingerprint)
  return found ? readText(needs, found) : confluentError(40403, 'under this subject')
}

/**
 * Whether a body names what only an import may give a schema, and the hub never takes from outside: an id, a version, a GUID.
 * Numbers below 1 are what clients write for none.
 */
export const namesItself = ({ id, version, guid }: SchemaBody): boolean =>
  Boolean((id && id > 0) || (version && version > 0) || guid)

/** The body names what is registered already: a registration that is sent once more. */
export const agrees = ({ id, version, guid }: SchemaBody, registered: RegisteredSchema): boolean =>
  (!id || id < 1 || id === registered.id) &&
  (!version || version < 1 || version === registered.version) &&
  (!guid || guid.toLowerCase() === registered.guid)

export const notInImportMode = (subject: string): ConfluentError =>
  confluentError(
    42205,
    `Subject '${subject}' is not in import mode: the hub gives ids, versions and GUIDs itself. Leave out /id, /version and /guid.`,
  )
