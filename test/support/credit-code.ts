import { createHash } from 'node:crypto'
import { usccOf } from '../../services/local/city/credit-code.ts'

/** A valid credit code for a test's department, the same for the same name. */
export function creditCodeOf(department: string): string {
  const number = Number.parseInt(createHash('sha256').update(department).digest('hex').slice(0, 8), 16) % 100_000_000
  return usccOf('11310000', String(number).padStart(8, '0'))
}
