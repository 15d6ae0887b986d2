import { type Subject, subjectKey, subjectOf } from '../../../contract/subject.ts'

/** Everyone a record is about, as one column: `person 310115…,organisation 91310…`. */
export const aboutText = (subjects: readonly Subject[]): string => subjects.map(subjectKey).join()

export const readAbout = (text: string): Subject[] => text.split(',').map(subjectOf)
