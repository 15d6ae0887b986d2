/** In the order in which a batch goes through them. */
export const steps = [
  'before begin',
  'after begin',
  'after the work',
  'before the head is locked',
  'after the head is locked',
  'before signing',
  'after signing',
  'before the insert',
  'after the insert',
  'before the commit',
  'as the commit is sent',
  'after the commit',
  'in the middle of the checkpoint',
  'after the checkpoint',
  'after the answer',
] as const
export type Step = (typeof steps)[number]
