import type { Subject } from '../../contract/subject.ts'

/** Everyone a record is about, as one column: `person 310115…,organisation 91310…`. Ids are digits and letters (subject.ts). */
export const aboutText = (subjects: readonly Subject[]): string =>
  subjects.map(({ type, id }) => `${type} ${id}`).join()

export const readAbout = (text: string): Subject[] =>
  text.split(',').map(subject => {
    const [type, id] = subject.split(' ')
    return { type: type as Subject['type'], id: id! }
  })
