import Type from 'typebox'
import { closed } from './shapes.ts'
import { subjectTypes } from './subject.ts'

/** Room for blanks and the like around an id: checkSubject then says in words what is wrong with it. */
const id = Type.String({
  maxLength: 64,
  description:
    'Of a person the number of 18 characters (GB 11643; 81–83 and 9 for residents from elsewhere), or passport:DEU:C01X00T47, hk-macao-permit:H12345678, taiwan-permit:12345678, permanent-residence:USA310185060112; of an organisation its code (GB 32100)',
})

/** A subject as JSON, at every door. */
export const subjectSchema = Type.Object({ type: Type.Enum([...subjectTypes]), id }, closed)

export const personSchema = Type.Object({ type: Type.Literal('person'), id }, closed)
