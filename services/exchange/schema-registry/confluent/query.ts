/** The parameters of this API that are understood; all others are refused by name. */
import Type, { type TProperties } from 'typebox'

const flag = Type.Optional(Type.Boolean())
/** Schemas are compared as canonical JSON always, so it is done whether asked for or not. */
const normalize = flag

const queryOf = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })

export const listing = queryOf({ deleted: flag, subjectPrefix: Type.Optional(Type.String()) })
export const withDeleted = queryOf({ deleted: flag })
export const registering = queryOf({ normalize })
export const lookingUp = queryOf({ deleted: flag, normalize })
export const comparing = queryOf({ verbose: flag, normalize })
export const removing = queryOf({ permanent: flag })
export const configuring = queryOf({ defaultToGlobal: flag })
/** Clients name the subject of the message at hand; an id means the same schema under every subject. */
export const byId = queryOf({ subject: Type.Optional(Type.String()), fetchMaxId: Type.Optional(Type.Literal(false)) })

export const byGuid = queryOf({ format: Type.Optional(Type.Literal('')) })

const flags = new Set(['deleted', 'normalize', 'permanent', 'verbose', 'defaultToGlobal', 'fetchMaxId'])

/** Python's and .NET's clients write `True` and `False`: truth values are read in any letter case, texts stay as they are. */
export function readFlags(query: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(query))
    if (flags.has(name) && typeof value === 'string') query[name] = value.toLowerCase()
}
