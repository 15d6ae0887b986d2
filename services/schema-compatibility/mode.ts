/** The seven compatibility modes of the Confluent API; what each means is in check.ts. Alone here, for the catalogue names them too. */
export const modes = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const
export type Mode = (typeof modes)[number]
