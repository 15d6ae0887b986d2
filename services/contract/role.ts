/** What a caller may be, as its token says. A person or system may hold several. */
export const roles = ['operator', 'steward', 'auditor', 'citizen', 'system'] as const
export type Role = (typeof roles)[number]
