import { Command, Option } from 'commander'
import type { JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import type { Violation } from '../contract/failure.ts'
import { convertedIfTaken, convertSchema } from '../json-schema/convert-schema.ts'
import { checkBulk, checkSchema } from '../json-schema/schema-guard.ts'
import { type Checked, checkAgainst, type VersionComparison } from '../schema-compatibility/check.ts'
import type { Difference } from '../schema-compatibility/compare.ts'
import { type Mode, modes } from '../schema-compatibility/mode.ts'
import { type Profile, profiles } from '../schema-compatibility/profiles.ts'
import { Usage } from './outcome.ts'
import { readJson } from './read-json-file.ts'

type Options = { mode: Mode; profile: Profile; json?: boolean }

/** `datarun schema`: what can be said of schemas without a hub. */
export function schemaCommand(): Command {
  const schema = new Command('schema').description('schemas, without a hub')
  schema
    .command('check')
    .description(
      'say whether a new schema keeps every record of an old one; exit code 1 if not, or if it cannot be told',
    )
    .argument('<old>', 'file of the old schema, or several with commas between, oldest first')
    .argument('<new>', 'file of the new schema')
    .addOption(new Option('--mode <mode>', 'compatibility mode').choices(modes).default('BACKWARD'))
    .addOption(
      new Option('--profile <profile>', 'how writers and readers are read').choices(profiles).default('strict'),
    )
    .option('--json', 'write the verdict as JSON')
    .action(async (old: string, next: string, options: Options) => {
      const versions = await Promise.all(old.split(',').map(readSchema))
      const numbered = versions.map((one, at) => ({ version: at + 1, schema: one }))
      const checked = checkAgainst(numbered, await readSchema(next), options)
      process.stdout.write(options.json ? `${JSON.stringify(checked, null, 2)}\n` : reportOf(checked))
      if (checked.verdict !== 'compatible') process.exitCode = 1
    })
  schema
    .command('convert')
    .description(
      'write a schema of draft-03 to draft-07, 2019-09 or OpenAPI 3.0 as the hub takes it: JSON Schema 2020-12',
    )
    .argument('<file>', 'file of the schema')
    .option('--json', 'write the schema as JSON, which it is anyway')
    .action(async (file: string) => {
      const given = await readJson(file)
      const bulk = isObject(given) ? checkBulk(given) : checkSchema(given)
      const converted = bulk.length > 0 ? given : convertSchema(given as JsonObject)
      refuse(file, bulk.length > 0 ? bulk : checkSchema(converted), 'cannot be converted; mend these first')
      process.stdout.write(`${JSON.stringify(converted, null, 2)}\n`)
    })
  return schema
}

function refuse(file: string, violations: Violation[], why: string): void {
  if (violations.length === 0) return
  const spots = violations.map(({ pointer, message }) => `  ${pointer || '/'} ${message}`)
  throw new Usage(`${file} ${why}:\n${spots.join('\n')}`)
}

/** @throws Usage naming the file, and every spot that the guard refuses. */
async function readSchema(file: string): Promise<JsonObject> {
  const schema = await readJson(file)
  const way = convertedIfTaken(schema) ? `. \`datarun schema convert ${file}\` writes it so that it is; in this` : ''
  refuse(file, checkSchema(schema), `is no schema that the hub accepts${way}`)
  return schema as JsonObject
}

const words = {
  compatible: 'Compatible · 兼容: no record is lost, which is proven.',
  incompatible: 'Incompatible · 不兼容: records would be lost.',
  undecided: 'Undecided · 无法判定: neither proven nor disproven, so a hub refuses it.',
}
const signs = { breaks: '✗', undecided: '?', none: '·' }
const readers = {
  backward: 'new readers, records of the old schema',
  forward: 'old readers, records of the new schema',
}

function reportOf({ verdict, comparisons }: Checked): string {
  return `${words[verdict]}\n${comparisons.map(sectionOf).join('')}`
}

function sectionOf({ version, direction, verdict, differences, counterExample }: VersionComparison): string {
  const order = Object.keys(signs)
  const sorted = differences.toSorted((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect))
  const shown = differences.some(({ effect }) => effect === 'breaks') || !counterExample
  const example = shown ? '' : `    ${JSON.stringify(counterExample.record)}\n`
  return `\nAgainst version ${version} (${readers[direction]}): ${verdict}\n${sorted.map(lineOf).join('')}${example}`
}

function lineOf({ effect, type, oldPointer, newPointer, en, zh, counterExample }: Difference): string {
  const place = newPointer === oldPointer ? newPointer || '/' : `${oldPointer || '/'} → ${newPointer || '/'}`
  const example = counterExample && `      lost, for example: ${JSON.stringify(counterExample.record)}\n`
  const because = counterExample?.rejectedBecause[0]
  const reason = because && `      because ${because.pointer || 'the record'} ${because.message}\n`
  return `  ${signs[effect]} ${place}  ${type}\n      ${en} ${zh}\n${example ?? ''}${reason ?? ''}`
}
