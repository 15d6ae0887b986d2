/** Holds entries against schemas/access-log/: what auditors are told an entry looks like is what rooms write. */
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'

const folder = new URL('../../schemas/access-log/', import.meta.url)

const validators = (() => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, strictRequired: false })
  const names = readdirSync(folder).filter(name => name.endsWith('.schema.json'))
  const compile = (name: string) => ajv.compile(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  return new Map(names.map(name => [name.replace('.schema.json', ''), compile(name)]))
})()

/** Every way in which an entry (parsed) departs from its schemas. */
export function entryViolations(entry: { kind: string; content: unknown }): string[] {
  const violations: string[] = []
  const check = (name: string, value: unknown) => {
    const validate = validators.get(name)
    if (!validate) violations.push(`schemas/access-log/${name}.schema.json is missing`)
    else if (!validate(value)) violations.push(...validate.errors!.map(error => tell(name, error)))
  }
  check('entry', entry)
  check(entry.kind, entry.content)
  return violations
}

const tell = (name: string, { instancePath, message, params }: ErrorObject) =>
  `schemas/access-log/${name}.schema.json: ${instancePath || 'the whole'} ${message} ${JSON.stringify(params)}`
