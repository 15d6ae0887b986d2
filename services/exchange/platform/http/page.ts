/**
 * Lists page by cursor: an opaque text that holds where the last page ended. It names positions, never personal data, and
 * is worth nothing to a caller who may not read the list.
 */
import Type, { type TSchema } from 'typebox'
import type { Json } from '../../../contract/canonical-json.ts'
import { isPlainText } from '../../../contract/envelope.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'

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
export function readCursor<T>(
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

/** Cuts `limit + 1` fetched rows to a page and names the next one where there is more. */
export function cutPage<T>(rows: T[], limit: number, positionOf: (row: T) => Json): { items: T[]; next?: string } {
  if (rows.length <= limit) return { items: rows }
  const items = rows.slice(0, limit)
  return { items, next: writeCursor(positionOf(items.at(-1)!)) }
}
