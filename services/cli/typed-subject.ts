import { text } from 'node:stream/consumers'
import { anyException } from '../contract/code-exceptions.ts'
import { isFault, readSubject, subjectFaults } from '../contract/read-subject.ts'
import type { Subject } from '../contract/subject.ts'
import { Usage } from './outcome.ts'

/** The subject on standard input, so that no personal id stands in a shell's history or a process list. @throws Usage */
export async function typedSubject(): Promise<Subject> {
  const [, type, id = ''] = /^\s*(person|organisation)\s(.*)$/s.exec(await text(process.stdin)) ?? []
  if (!type)
    throw new Usage(
      'Write the subject to standard input: person <id> or organisation <code>. A passport or permit: person passport:DEU:C01X00T47.',
    )
  // Which codes are lawful though they fail their check, the hub knows.
  const subject = readSubject(id, type as Subject['type'], anyException)
  if (isFault(subject)) throw new Usage(subjectFaults[subject].en)
  return subject
}
