/**
 * The unit of a sequence, by its size alone. A source counts its own changes or writes a clock; either way its numbers
 * only ever grow. One number in a larger unit would make every later one in the old unit older, a revocation among them.
 */
import { cityOffset, dayLength } from '../../../contract/city-time.ts'
import { startOfDateSequences } from '../../../contract/envelope.ts'

/** 1990 in seconds: what is smaller is a count, whatever its source counts. */
const firstClock = 631_152_000

/**
 * The greatest sequence of each unit that is not more than a day ahead: counts, seconds, milliseconds (since 1970, or since
 * 1900 as the adapter writes dates), digits of a moment (`20261130093000`), microseconds.
 */
function greatestOf(now: Date): number[] {
  const tomorrow = now.getTime() + dayLength
  const digits = new Date(tomorrow + cityOffset).toISOString().replaceAll(/\D/g, '').slice(0, 14)
  return [firstClock - 1, tomorrow / 1_000, tomorrow - startOfDateSequences, Number(digits), tomorrow * 1_000]
}

/** Larger for larger units; one more than the last where it lies ahead of every clock. */
function unitOf(sequence: number, greatest: readonly number[]): number {
  const unit = greatest.findIndex(most => sequence <= most)
  return unit < 0 ? greatest.length : unit
}

export type SequenceFault = 'SEQUENCE_LEAPS' | 'SEQUENCE_BEHIND'

/**
 * Whether a version's sequence is of another unit than the one that stands (undefined where none does): `SEQUENCE_LEAPS` to a
 * larger one, or ahead of every clock; `SEQUENCE_BEHIND` in a smaller one, so that it would be taken for older. A count
 * may turn into a clock: records are often loaded with a 1 and then followed by the source's clock.
 */
export function sequenceRule(now: Date) {
  const greatest = greatestOf(now)
  return (sequence: number, standing: number | undefined): SequenceFault | undefined => {
    const unit = unitOf(sequence, greatest)
    if (unit === greatest.length) return 'SEQUENCE_LEAPS'
    if (standing === undefined) return undefined
    const standingUnit = unitOf(standing, greatest)
    if (unit > standingUnit && standingUnit > 0) return 'SEQUENCE_LEAPS'
    return unit < standingUnit ? 'SEQUENCE_BEHIND' : undefined
  }
}
