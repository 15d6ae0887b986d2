/** Roles of a caller, as its token says. A person or system may hold several. A `reader` is a program that reads schemas. */
export const roles = ['operator', 'steward', 'auditor', 'citizen', 'system', 'reader'] as const
export type Role = (typeof roles)[number]

/** Rights that the operator gives a system of a department, at its registration. Without any it may read the catalogue. */
export const rights = ['publish', 'pull', 'consents', 'schemas'] as const
export type Right = (typeof rights)[number]
