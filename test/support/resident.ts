import { residentIdCheck } from '../../services/contract/formats/resident-id.ts'

/** A valid resident id of somebody born on this day, `YYYYMMDD`. */
export function residentIdBorn(day: string, sequence = '001'): string {
  const digits = `310115${day}${sequence}`
  return digits + residentIdCheck(digits)
}
