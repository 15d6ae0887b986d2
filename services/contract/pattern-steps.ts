/**
 * How long the patterns of a schema may work on one record. RE2 takes time linear in the text, but with a factor: the size of the
 * pattern. A record of 1 MB against patterns within all limits kept the hub, and everybody's pulls, waiting for minutes.
 */
import { compilePattern, type Pattern } from './pattern.ts'

/** Some 80 ms. A record of a thousand texts of 40 characters, each with a pattern of 50 characters, takes as many. */
export const stepsMax = 2_000_000

/** Thrown by a pattern once its record has used up its steps. */
export class TooManySteps extends Error {}

/** `begin` starts a record; `pattern` compiles one whose steps are counted to it. */
export function createStepMeter() {
  let left = 0
  const counted = (pattern: Pattern) => ({
    test: (text: string) => {
      left -= pattern.steps(text.length)
      if (left < 0) throw new TooManySteps()
      return pattern.test(text)
    },
    /** ajv keeps patterns by it. */
    toString: () => pattern.toString(),
  })
  return {
    begin() {
      left = stepsMax
    },
    pattern: (source: string) => counted(compilePattern(source)),
  }
}
