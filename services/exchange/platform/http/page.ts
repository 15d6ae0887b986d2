/**
 * Lists page by cursor: an opaque text that holds where the last page ended. It names positions, never personal data, and
 * is worth nothing to a caller who may not read the list.
 */
import Type, { type TSchema } from 'typebox'
import type { Json } from '../../../contract/canonical-json.ts'
import { isPlainText } from '../../../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'

export const pageQuery = {
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'From `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
}

export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object(
    { items: Type.Array(item), next: Type.Optional(Type.String({ description: 'Cursor of the next page, if any' })) },
    { additionalProperties: false },
  )

const writeCursor = (position: Json): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** The position a cursor holds, checked by `isPosition`; undefined where no cursor was given. */
function readCursor<T>(
  cursor: string | undefined,
  isPosition: (value: unknown) => value is T,
): T | undefined | Failure {
  if (cursor === undefined) return undefined
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (isPosition(position)) return position
  } catch {
    // Falls through: whatever is not our JSON was not issued by us.
  }
  return failure('CURSOR_INVALID', {
    pointer: '/cursor',
    ...inWords('Start again without a cursor.', '请去掉游标重新查询。'),
  })
}

/** An id, a name or a key: what PostgreSQL can hold and none of ours exceeds, whatever stands in the list. */
export const isTextPosition = (value: unknown): value is string => typeof value === 'string' && isPlainText(value, 200)

/** The number of an entry or a row. */
export const isNumberPosition = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** `pageQuery`, as it has been read. */
export type PageQuery = { cursor?: string; limit?: number }

export type Page<T> = { items: T[]; next?: string }

type Listing<Position extends Json, Row, Item> = {
  /** Whether a cursor's content may be a position of this list: cursors come from outside. */
  isPosition: (value: unknown) => value is Position
  /** Reads from behind the position: one row more than `limit`, if there is one. */
  list: (position: Position | undefined, limit: number) => Row[] | Promise<Row[]>
  positionOf: (row: Row) => Position
  answerOf: (row: Row) => Item
}

/** The page that a list's query asks for, with the cursor of the next one; CURSOR_INVALID where the cursor is none of ours. */
export async function readPage<Position extends Json, Row, Item>(
  { cursor, limit = 50 }: PageQuery,
  { isPosition, list, positionOf, answerOf }: Listing<Position, Row, Item>,
): Promise<Page<Item> | Failure> {
  const position = readCursor(cursor, isPosition)
  if (isFailure(position)) return position
  const rows = await list(position, limit)
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(row => answerOf(row)), ...(last && { next: writeCursor(positionOf(last)) }) }
}
