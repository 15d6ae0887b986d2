/** A request that the sequence of one record, or of a dataset, be counted anew; it takes two people. */
export type SequenceReset = {
  id: string
  dataset: string
  /** Of one record; of all of the dataset where null. */
  key: string | null
  reason: string
  state: 'asked' | 'approved' | 'declined'
  askedAt: Date
  askedBy: string
  answeredAt: Date | null
  answeredBy: string | null
}
