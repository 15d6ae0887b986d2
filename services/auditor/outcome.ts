import type { Finding } from './finding.ts'
import { HeldError } from './held.ts'
import { SourceError } from './source.ts'

/** 0 verified; 1 something is wrong, named on stdout; 2 the command itself was wrong; 3 it could not be checked. */
export const exits = { verified: 0, wrong: 1, usage: 2, unchecked: 3 }

/** The command itself was wrong; the message says how to put it right. */
export class Usage extends Error {}

/** How a command ends: the same for people, in lines, and for programs, as one JSON object. */
export type Outcome = { exit: number; lines: string[]; facts: object }

export const verified = (facts: object, ...lines: string[]): Outcome => ({
  exit: exits.verified,
  lines,
  facts: { verdict: 'verified', ...facts },
})

export const wrong = (facts: object, ...lines: string[]): Outcome => ({
  exit: exits.wrong,
  lines,
  facts: { verdict: 'wrong', ...facts },
})

export function wrongLog(finding: Finding): Outcome {
  const { problem, index, through, detail } = finding
  const place = through === undefined || through === index ? `entry ${index}` : `entries ${index} to ${through}`
  return wrong(finding, `WRONG 日志有误: ${problem}, ${place}: ${detail}`)
}

/** On standard output: with `json` the facts alone. Nothing where there is no line to say. */
export function show({ lines, facts }: Pick<Outcome, 'lines' | 'facts'>, json: boolean | undefined): void {
  if (lines.length > 0) process.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${lines.join('\n')}\n`)
}

/** Shows what `work` resolves with and sets the exit code, or says what became of it; what is a bug goes on as an error. */
export async function endWith({ json }: { json?: boolean }, work: () => Promise<Outcome>): Promise<void> {
  try {
    const outcome = await work()
    show(outcome, json)
    process.exitCode = outcome.exit
  } catch (error) {
    const expected = error instanceof Usage || error instanceof SourceError || error instanceof HeldError
    const ofFiles = (error as NodeJS.ErrnoException).code !== undefined
    if (!expected && !ofFiles) throw error
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = error instanceof SourceError ? exits.unchecked : exits.usage
  }
}
