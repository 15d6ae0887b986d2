/** Ids as people paste them, one a line or with commas between. */
import type { CodeExceptions } from '../../../../contract/code-exceptions.ts'
import { isFault, readSubject, subjectFaults } from '../../../../contract/read-subject.ts'
import type { Subject } from '../../../../contract/subject.ts'
import type { Both } from '../../both.ts'

/** All of them, or what is wrong with which lines: a list is taken whole or not at all. */
export function subjectsIn(
  text: string,
  exceptions?: CodeExceptions,
): { subjects: Subject[] } | { wrong: { line: number; why: Both }[] } {
  const typed = text
    .split('\n')
    .flatMap((line, at) => line.split(/[,，;；、]/).map(id => ({ id, line: at + 1 })))
    .filter(({ id }) => id.trim() !== '')
    .map(({ id, line }) => ({ line, read: readSubject(id, undefined, exceptions) }))
  const wrong = typed.flatMap(({ line, read }) => (isFault(read) ? [{ line, why: subjectFaults[read] }] : []))
  if (typed.length === 0) return { wrong: [{ line: 1, why: subjectFaults.missing }] }
  if (wrong.length > 0) return { wrong }
  return { subjects: typed.flatMap(({ read }) => (isFault(read) ? [] : [read])) }
}
