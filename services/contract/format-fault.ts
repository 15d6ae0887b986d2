/** The fault of a text that a format refused, in both languages, where the format is that of an id. Never repeats the text. */
import type { Json } from './canonical-json.ts'
import { faultInWriting, subjectFaults } from './read-subject.ts'
import type { SubjectFault } from './subject-faults.ts'

export const faultOfFormat = (format: string, text: Json | undefined): { en: string; zh: string } | undefined => {
  if (typeof text !== 'string') return undefined
  if (format === 'uscc') return subjectFaults[faultInWriting(text, 'organisation')]
  if (format === 'person-id') return subjectFaults[faultInWriting(text, 'person')]
  return format === 'resident-id' ? subjectFaults[ofResidents(faultInWriting(text, 'person'))] : undefined
}

/** A field of resident ids takes no other document: no kind is to be written before a number there. */
const ofResidents = (fault: SubjectFault): SubjectFault => (ofDocuments.includes(fault) ? 'residents-only' : fault)
const ofDocuments: readonly SubjectFault[] = ['length', 'unwritten', 'document', 'state', 'passport']
