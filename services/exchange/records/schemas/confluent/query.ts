/**
 * The parameters of this API. Every route takes all of them and heeds those that concern it: clients set some for all their
 * calls (franz-go's default parameters, Java's `normalize`). A parameter that the API does not have is refused by its name.
 */
import Type, { type Static } from 'typebox'
import type { Shown } from '../shown.ts'

const flag = Type.Optional(Type.Boolean())
const text = Type.Optional(Type.String({ maxLength: 300 }))
const texts = Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 50 }))
const largest = 2_147_483_647

export const query = Type.Object(
  {
    deleted: flag,
    deletedOnly: flag,
    latestOnly: flag,
    permanent: flag,
    verbose: flag,
    defaultToGlobal: flag,
    fetchMaxId: flag,
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: largest })),
    limit: Type.Optional(Type.Integer({ minimum: -largest, maximum: largest })),
    subjectPrefix: text,
    contextPrefix: text,
    subject: text,
    key: texts,
    value: texts,
    // Schemas are compared as canonical JSON always, so it is done whether asked for or not.
    normalize: flag,
    // A JSON schema has one form here: what it refers to stands in it.
    format: text,
    referenceFormat: text,
    // Of the mode IMPORT and of associations, which there are not.
    force: flag,
    recursive: flag,
    resourceType: text,
    associationType: texts,
    lifecycle: text,
  },
  { additionalProperties: false },
)
export type Query = Static<typeof query>

const isFlag = (name: string) => query.properties[name as keyof Query]?.type === 'boolean'

/** Names that some clients give to parameters of the API: Python writes two with underscores. */
const otherNames = new Map<string, keyof Query>([
  ['deleted_only', 'deletedOnly'],
  ['reference_format', 'referenceFormat'],
  ['lookupDeletedSchema', 'deleted'],
  ['lookupDeletedSubject', 'deleted'],
])

/** An empty parameter says nothing. Python's and .NET's clients write `True` and `False`: read in any letter case. */
export function readQuery(sent: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(sent)) {
    const known = otherNames.get(name) ?? name
    if (known !== name) delete sent[name]
    if (value === '') delete sent[known]
    else sent[known] = typeof value === 'string' && isFlag(known) ? value.toLowerCase() : value
  }
}

/** `deletedOnly` goes before `deleted`. */
export const shownBy = ({ deleted, deletedOnly }: Query): Shown =>
  deletedOnly ? 'deleted' : deleted ? 'all' : 'standing'

/** A page of a list: nothing behind its end, so that a client that asks for page after page comes to one. */
export const pageOf = <T>(all: readonly T[], { offset = 0, limit = -1 }: Query): T[] =>
  limit < 0 ? all.slice(offset) : all.slice(offset, offset + limit)
