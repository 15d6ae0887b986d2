/** Parts of schemas that bodies and answers of many rooms share. */
import Type from 'typebox'

/** Of an object: a member that is not named here is refused. */
export const closed = { additionalProperties: false }

/** A text in both languages, as it is answered. */
export const bilingual = Type.Object({ zh: Type.String(), en: Type.String() }, closed)

/** A text in both languages, as it is sent: each of 1 to `most` characters. `more`: a description. */
export const bothUpTo = (most: number, more: { description?: string } = {}) => {
  const text = Type.String({ minLength: 1, maxLength: most })
  return Type.Object({ zh: text, en: text }, { ...closed, ...more })
}
