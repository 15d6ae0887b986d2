/** Members of Confluent's bodies that would mean something the hub does not do: taken where they say nothing, else named. */
import Type from 'typebox'

/** The part of a body's shape that lets them through to `firstKept`. */
export const unkept = <K extends string>(names: readonly K[]) =>
  Object.fromEntries(names.map(name => [name, Type.Optional(Type.Unknown())])) as {
    [N in K]: Type.TOptional<Type.TUnknown>
  }

/** The first of the members that says something. */
export const firstKept = <K extends string>(body: { [N in K]?: unknown }, names: readonly K[]): K | undefined =>
  names.find(name => !isEmpty(body[name]))

/** As clients write what they do not set. */
const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)
