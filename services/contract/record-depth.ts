/** How deeply objects and lists of a record may lie in one another. */
import type { Json } from './canonical-json.ts'

/**
 * Levels of a record, itself the first. Everything that reads it later goes down level by level on a stack: JSON.stringify
 * and ajv hold some thousands, PostgreSQL's json about 4,400, and readers in other houses far fewer (.NET's System.Text.Json
 * and others like it 64 for the whole of an answer, in which a record lies six levels deep).
 */
export const mostLevels = 50

/** Goes down no further than `levels`, so that it holds whatever it is given. */
export function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some(item => isDeeperThan(item, levels - 1))
  for (const name in value) if (isDeeperThan(value[name]!, levels - 1)) return true
  return false
}
