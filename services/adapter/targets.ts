/** Whether the schema has every place that the config writes to or reads from: a misspelt one would lose its field in silence. */
import { type Failure, failure } from '../contract/failure.ts'
import { escapeToken, parsePointer } from '../contract/json-pointer.ts'
import type { Config } from './config-schema.ts'
import type { PlaceOf } from './schema-places.ts'

/** Failure CONFIG_INVALID names every such line of the config, and what the schema has there instead. */
export function checkTargets({ mapping = {}, event }: Config, placeOf: PlaceOf): Failure | undefined {
  const read = ['change', 'sequence'] as const
  const places = [
    ...Object.keys(mapping).map(pointer => ({ at: `/mapping/${escapeToken(pointer)}`, pointer })),
    ...read.flatMap(name => {
      const rule = event?.[name]
      const pointer = typeof rule === 'object' && 'pointer' in rule ? rule.pointer : undefined
      return pointer === undefined ? [] : [{ at: `/event/${name}/pointer`, pointer }]
    }),
  ]
  const violations = places.flatMap(({ at, pointer }) => {
    const place = placeOf(parsePointer(pointer)!)
    if (place.known) return []
    const has = place.names.length > 0 ? `; it has ${place.names.slice(0, 20).join(', ')} there` : ''
    return [{ pointer: at, keyword: 'place', message: `${at}: the schema has no place ${pointer}${has}` }]
  })
  const [first] = violations
  return first && failure('CONFIG_INVALID', { detail: first.message, pointer: first.pointer, violations })
}
