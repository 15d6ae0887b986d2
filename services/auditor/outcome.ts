import { HeldError } from './held.ts'
import { SourceError } from './source.ts'

/** 0 verified; 1 something is wrong, named on stdout; 2 the command itself was wrong; 3 it could not be checked. */
export const exits = { verified: 0, wrong: 1, usage: 2, unchecked: 3 }

/** The command itself was wrong; the message says how to put it right. */
export class Usage extends Error {}

export const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Sets the exit code to what `work` resolves with, or to what became of it; what is a bug goes on as an error. */
export async function endWith(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    const expected = error instanceof Usage || error instanceof SourceError || error instanceof HeldError
    const ofFiles = (error as NodeJS.ErrnoException).code !== undefined
    if (!expected && !ofFiles) throw error
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = error instanceof SourceError ? exits.unchecked : exits.usage
  }
}
