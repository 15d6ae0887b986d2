export type Subject = { type: 'person' | 'organisation'; id: string }

/** GB 11643: a region, which never begins with 9, and a birthday. A GB 32100 code may be all digits, too. */
const personId = /^[1-8]\d{5}(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$/

export const subjectOf = (id: string): Subject => ({ type: personId.test(id) ? 'person' : 'organisation', id })

/** Ids as people paste them, one a line or with commas between. */
export const subjectsIn = (text: string): Subject[] =>
  text
    .split(/[\s,，;；]+/)
    .filter(Boolean)
    .map(subjectOf)
