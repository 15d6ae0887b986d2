import type { RegisteredSchema } from '../schema-version.ts'
import { subjectOf } from './find-subject.ts'

/** A version as every answer that has one shows it. */
export const describe = ({ id, guid, dataset, version, schema, references }: RegisteredSchema) => ({
  subject: subjectOf(dataset),
  version,
  id,
  guid,
  schemaType: 'JSON',
  ...(references.length > 0 && { references }),
  schema: JSON.stringify(schema),
})
