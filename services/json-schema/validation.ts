/**
 * Records against schemas: ajv 2020 with nothing coerced, filled in or dropped, patterns in linear time, own properties
 * only. A compiled schema never throws: whatever goes wrong while validating is a violation, so that no record can stop
 * what reads it.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { type CodeExceptions, noExceptions } from '../contract/code-exceptions.ts'
import { type Failure, failure, type Violation } from '../contract/failure.ts'
import { formats } from '../contract/formats/index.ts'
import { isLicenceId } from '../contract/formats/licence-id.ts'
import { isUscc } from '../contract/formats/uscc.ts'
import { namesIn, violationOf } from '../contract/violation.ts'
import { ownKeywords } from './own-keywords.ts'
import { createStepMeter, TooManySteps, withSteps } from './record-steps.ts'
import { checkSchema, sentenceOf } from './schema-guard.ts'

/**
 * `undefined` means valid. Otherwise the violations, the first only unless `most` asks for more: they name places and
 * rules, never values.
 */
export type Validate = (value: Json, most?: number) => Violation[] | undefined

/** For a schema from outside. SCHEMA_REFUSED, with every spot, where the guard refuses it. */
export function compileSchema(schema: unknown, exceptions = noExceptions): Validate | Failure {
  const violations = checkSchema(schema)
  if (violations.length > 0) return failure('SCHEMA_REFUSED', { detail: sentenceOf(violations), violations })
  return compileGuarded(schema as JsonObject, exceptions)
}

/**
 * For a schema that has passed the guard before, such as a registered one. `exceptions` are asked at each validation: what is named
 * later counts at once.
 */
export function compileGuarded(schema: JsonObject, exceptions: CodeExceptions = noExceptions): Validate | Failure {
  const meter = createStepMeter()
  try {
    const counted = withSteps(withoutId(schema))
    return reportingAs(newAjv(counted, meter, exceptions).compile(counted), namesIn(schema), meter.begin)
  } catch (error) {
    const message = `cannot be compiled: ${error instanceof Error ? error.message : 'unknown reason'}`
    return failure('SCHEMA_REFUSED', { detail: message, violations: [{ pointer: '', keyword: 'schema', message }] })
  }
}

/** How many violations a dry run lists: people then mend a whole record at once. */
export const mostViolations = 50

/** References are local, so the name of the whole is not needed, and two versions may share one. */
const withoutId = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$id'))

type StepMeter = ReturnType<typeof createStepMeter>

const formatsWith = (exceptions: CodeExceptions) => ({
  ...formats,
  uscc: (text: string) => isUscc(text) || exceptions.has(text),
  'licence-id': (text: string) => isLicenceId(text, exceptions),
})

/**
 * One instance per schema: an instance keeps all it ever compiled. `strictTypes`, `strictTuples` and `strictRequired` are
 * off because they refuse lawful schemas (`type: ['string', 'null']`); the guard has the rules that protect.
 *
 * `allErrors` is on and `optimize` off: otherwise ajv nests the code of a schema so deeply that one of 50 kB takes twice
 * as long to compile (78 ms instead of 33 ms on the machine of bench/). Valid records cost the same.
 */
function newAjv(root: JsonObject, { pattern, keyword }: StepMeter, exceptions: CodeExceptions): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    allErrors: true,
    inlineRefs: false,
    ownProperties: true,
    coerceTypes: false,
    useDefaults: false,
    removeAdditional: false,
    $data: false,
    validateFormats: true,
    meta: false,
    validateSchema: false,
    logger: false,
    formats: exceptions === noExceptions ? formats : formatsWith(exceptions),
    code: { regExp: Object.assign(pattern, { code: 'pattern' }), optimize: false },
  })
  ajv.addKeyword(keyword)
  ajv.opts.unevaluated = false // Its bookkeeping can throw, and own-keywords.ts needs none.
  for (const own of ownKeywords(root)) ajv.removeKeyword(own.keyword as string).addKeyword(own)
  return ajv
}

function reportingAs(validate: ValidateFunction, names: ReadonlySet<string>, begin: () => void): Validate {
  return (value, most = 1) => {
    try {
      begin()
      if (validate(value) === true) return undefined
      const errors: ErrorObject[] = validate.errors ?? []
      return errors.slice(0, Math.max(most, 1)).map(error => violationOf(error, names, value))
    } catch (error) {
      if (error instanceof TooManySteps) return [tooManySteps]
      // A RangeError of a value nested too deeply, or ajv comparing members named like those of Object.prototype.
      const message = error instanceof RangeError ? 'is nested too deeply' : 'cannot be compared'
      return [{ pointer: '', keyword: 'depth', message }]
    } finally {
      validate.errors = null
    }
  }
}

const tooManySteps: Violation = {
  pointer: '',
  keyword: 'size',
  message: 'is too much work for its schema: shorten long texts, or send long lists as several records',
}
