/** `datarun`: the command line. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done but something was refused, 141 nobody reads the output. */
import { endWithReader, tell } from './outcome.ts'
import { createProgram } from './program.ts'

async function main(): Promise<void> {
  const program = await createProgram(process.env, process.argv[2])
  await program.parseAsync(process.argv)
}

endWithReader(process.stdout)
endWithReader(process.stderr)
main().catch(error => tell(error, process.stderr))
