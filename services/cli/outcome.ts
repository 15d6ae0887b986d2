/** How a command that failed ends: one clear message on stderr, an exit code for scripts. */
import { CommanderError } from 'commander'
import { HubRefused } from '../client/hub-client.ts'
import { SettingsError } from '../contract/settings.ts'

export class Usage extends Error {}

export function tell(error: unknown, output: NodeJS.WriteStream): void {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (error instanceof Usage || error instanceof SettingsError) {
    output.write(`${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof HubRefused) {
    output.write(`The hub refused: ${error.message}\n`)
    for (const { pointer, message } of error.problem.violations ?? []) output.write(`  ${pointer || '/'} ${message}\n`)
    process.exitCode = 1
  } else {
    output.write(`${error instanceof Error ? error.message : String(error)}${causeOf(error)}\n`)
    process.exitCode = 1
  }
}

/** As a process ends that SIGPIPE kills, which Node ignores: 128 and the number of the signal. */
const outputClosed = 141

/** Ends the process quietly when nobody reads it any more, as in `datarun log search | head`. */
export function endWithReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(outputClosed)
  })
}

/** `fetch failed` alone helps nobody. */
const causeOf = (error: unknown) => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? ` (${cause.message || (cause as NodeJS.ErrnoException).code})` : ''
}
