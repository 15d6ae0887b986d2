/** Columns that every query of consents selects, and how it becomes part of a consent. */
import type { Subject } from '../../../contract/subject.ts'
import type { Frequency } from './consent.ts'

export type ConsentColumns = {
  subject_type: Subject['type']
  subject_id: string
  uses: number | null
  frequency_uses: number | null
  frequency_per: Frequency['per'] | null
  period_start: Date | null
  lapses_at: Date | null
}

/** Null in the database is absent in a consent. */
export function fromColumns<Row extends ConsentColumns>(row: Row) {
  const { subject_type, subject_id, uses, frequency_uses, frequency_per, period_start, lapses_at, ...rest } = row
  return {
    ...rest,
    subject: { type: subject_type, id: subject_id },
    ...(uses !== null && { uses }),
    ...(frequency_uses !== null && frequency_per && { frequency: { uses: frequency_uses, per: frequency_per } }),
    ...(period_start && { periodStart: period_start }),
    ...(lapses_at && { lapsesAt: lapses_at }),
  }
}
