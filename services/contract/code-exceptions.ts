/**
 * Credit codes that fail the check of GB 32100 and are lawful all the same: some registrars issued such before 2016. A steward names
 * each, with the reason; whoever checks a code is given those that were named.
 */
import { hasUsccShape, isUscc } from './formats/uscc.ts'

export type CodeExceptions = { has(code: string): boolean }

export const noExceptions: CodeExceptions = new Set<string>()

/** Only a check character may be wrong: length, characters and region are those of any code. */
export const mayBeException = (code: string): boolean => hasUsccShape(code) && !isUscc(code)

/**
 * For what looks back or undoes: a code whose naming was withdrawn still stands in the log and in consents, and its organisation may
 * search and take back what it gave.
 */
export const anyException: CodeExceptions = { has: mayBeException }
