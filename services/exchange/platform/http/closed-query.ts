/** A filter that is misspelt, or empty, must never mean "everything": what a declared query may look like. */
type Query = { additionalProperties?: unknown; properties?: Record<string, Member> }
type Member = { type?: string; minLength?: number; enum?: unknown[]; format?: string }

/** @throws where a query takes what it does not know, or an empty text. */
export function demandClosed(querystring: unknown, route: string): void {
  const { additionalProperties, properties = {} } = querystring as Query
  if (additionalProperties !== false) throw new Error(`${route}: its query takes what it does not know`)
  const open = Object.entries(properties).find(([, member]) => takesEmptyText(member))
  if (open) throw new Error(`${route}: its query takes an empty ${open[0]}`)
}

const takesEmptyText = ({ type, minLength = 0, enum: words, format }: Member) =>
  type === 'string' && minLength === 0 && !words && !format
