/** All commands of `datarun`. The name is the same everywhere; how to get it stands in docs/command-line.md alone. */
import { Command } from 'commander'
import type { Environment } from '../contract/settings.ts'

type Load = (environment: Environment) => Promise<Command>

/** Each is loaded when it is called: an adapter must not wait for the code of the whole stack. */
const commands: Record<string, Load> = {
  start: async () => (await import('./start.ts')).startCommand(),
  reset: async () => (await import('./start.ts')).resetCommand(),
  key: async () => (await import('./key.ts')).keyCommand(),
  adapter: async environment => (await import('./adapter.ts')).adapterCommand(environment),
  catalogue: async environment => (await import('./catalogue.ts')).catalogueCommand(environment),
  pull: async environment => (await import('./pull.ts')).pullCommand(environment),
  log: async environment => (await import('./log.ts')).logCommand(environment),
  ledger: async environment => (await import('./ledger.ts')).ledgerCommand(environment),
  'sequence-reset': async environment => (await import('./sequence-reset.ts')).sequenceResetCommand(environment),
  reader: async environment => (await import('./reader.ts')).readerCommand(environment),
  schema: async () => (await import('./schema-check.ts')).schemaCommand(),
  verify: async () => (await import('../auditor/command.ts')).verifyCommand(),
  witness: async () => (await import('../auditor/witness-command.ts')).witnessCommand(),
  token: async environment => (await import('./token.ts')).tokenCommand(environment),
  'log-key': async () => (await import('./log-key.ts')).logKeyCommand(),
}

const after = `
Every command has --help, and --json, which prints JSON alone on standard output. Commands that call a hub take --hub,
--issuer, --as and --key, or DATARUN_HUB_URL, DATARUN_ISSUER, DATARUN_SYSTEM and DATARUN_SYSTEM_KEY_FILE.`

/** With the command `wanted` alone, or with all where there is none of that name. Errors of use are thrown as CommanderError. */
export async function createProgram(environment: Environment, wanted?: string): Promise<Command> {
  const program = new Command('datarun')
    .description('数据跑 · the departments of a city share the records they hold')
    .exitOverride()
    .addHelpText('after', after)
  const one = commands[wanted ?? '']
  for (const load of one ? [one] : Object.values(commands)) program.addCommand(overriding(await load(environment)))
  return program
}

/** Errors of use must come to `tell`, from subcommands too. */
function overriding(command: Command): Command {
  command.commands.forEach(overriding)
  return command.exitOverride()
}
