/** Why a version that was read has no place in the registry. */
import { type Failure, failure } from '../../../contract/failure.ts'
import type { Placement, RecordVersion } from '../registry/version.ts'

const place = { pointer: 'header:ce_sequence' }
const details = {
  SEQUENCE_REUSED: 'Give every change of a record a higher ce_sequence; an event sent again keeps its ce_id.',
  SEQUENCE_LEAPS:
    'Is its unit the one of the sequences before? If it is to change, have the sequences of the dataset reset first.',
  SEQUENCE_BEHIND:
    'What stands has a sequence of a larger unit. If that one was wrong, have the sequence of the record reset, then replay this.',
}

const unplaced = (code: keyof typeof details) => failure(code, { ...place, detail: details[code] })

/** Undefined for what was placed, or was there before. */
export function unplacedBecause(placement: Placement<RecordVersion>): (version: RecordVersion) => Failure | undefined {
  const reused = new Set(placement.reused)
  return version => {
    const fault = placement.faulty.get(version) ?? (reused.has(version) ? 'SEQUENCE_REUSED' : undefined)
    return fault && unplaced(fault)
  }
}
