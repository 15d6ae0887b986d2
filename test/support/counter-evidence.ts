import { cityDayOf } from '../../services/contract/city-time.ts'

/** Evidence that was signed at a counter on the day of `at`. */
export const counterEvidence = (number = 4711, at = new Date()) => ({
  form: `form ${number}`,
  signedOn: cityDayOf(at),
  keptAt: 'counter 7, file 12',
})
