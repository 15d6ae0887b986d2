import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../services/contract/canonical-json.ts'
import { isFailure } from '../../services/contract/failure.ts'
import { compileSchema, type Validate } from '../../services/json-schema/validation.ts'
import { repository } from '../../services/local/places.ts'

/** Records that pass, from the cases of the sample catalogue, each by its own schema, in turn. */
export function validationRate(milliseconds: number): number {
  const cases: [Validate, Json][] = globSync(join(repository, 'schemas/*/*/v1.schema.json')).flatMap(path => {
    const validate = compileSchema(JSON.parse(readFileSync(path, 'utf8')))
    if (isFailure(validate)) throw new Error(`${path}: ${validate.detail}`)
    const { valid } = JSON.parse(readFileSync(path.replace('.schema.', '.cases.'), 'utf8')) as {
      valid: { record: Json }[]
    }
    return valid.map(({ record }): [Validate, Json] => [validate, record])
  })
  let count = 0
  const until = performance.now() + milliseconds
  const start = process.threadCpuUsage()
  while (performance.now() < until) {
    for (const [validate, record] of cases)
      if (validate(record) !== undefined) throw new Error('a good case is refused')
    count += cases.length
  }
  const { user, system: inKernel } = process.threadCpuUsage(start)
  return count / ((user + inKernel) / 1e6)
}
