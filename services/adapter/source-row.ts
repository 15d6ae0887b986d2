import type { Json } from '../contract/canonical-json.ts'
import type { Problem } from './report.ts'

/** The cells of one row, in the file's order of columns. */
export type Row = readonly string[]

/** One cell as a rule converts it. */
export type Conversion = {
  /** undefined where the text does not fit. */
  convert: (text: string, row: Row) => Json | undefined
  /** The reason why a text does not fit, without repeating it; the caller adds the place. */
  explain: (text: string, row: Row) => Omit<Problem, 'pointer'>
}
