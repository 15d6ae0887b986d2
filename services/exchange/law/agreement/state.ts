/** The states of an agreement, as they are stored. */
export const agreementStates = [
  'draft',
  'submitted',
  'supplement-asked',
  'approved',
  'rejected',
  'active',
  'suspended',
  'terminated',
  'expired',
] as const
export type AgreementState = (typeof agreementStates)[number]
