/** `datarun`: the command line. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done but something was refused, 141 nobody reads the output. */
import { Command } from 'commander'
import { endWithReader, tell } from './outcome.ts'

/** Each command is loaded when it is called: an adapter must not wait for the code of the whole stack. */
const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./start.ts')).startCommand(process.stdout),
  reset: async () => (await import('./start.ts')).resetCommand(),
  adapter: async () => (await import('./adapter.ts')).adapterCommand(process.env),
  catalogue: async () => (await import('./catalogue.ts')).catalogueCommand(process.env),
  pull: async () => (await import('./pull.ts')).pullCommand(process.env),
  log: async () => (await import('./log.ts')).logCommand(process.env),
  ledger: async () => (await import('./ledger.ts')).ledgerCommand(process.env),
  'sequence-reset': async () => (await import('./sequence-reset.ts')).sequenceResetCommand(process.env),
  schema: async () => (await import('./schema-check.ts')).schemaCommand(),
  verify: async () => (await import('../auditor/command.ts')).verifyCommand(),
  witness: async () => (await import('../auditor/witness-command.ts')).witnessCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(process.env),
  'log-key': async () => (await import('./log-key.ts')).logKeyCommand(),
}

const after = `
Every command has --help. Commands that call a hub take --hub, --issuer, --as and --key, or DATARUN_HUB_URL,
DATARUN_ISSUER, DATARUN_SYSTEM and DATARUN_SYSTEM_KEY_FILE.`

async function main(): Promise<void> {
  const program = new Command('datarun')
    .description('数据跑 · the departments of a city share the records they hold')
    .exitOverride()
    .addHelpText('after', after)
  const wanted = commands[process.argv[2] ?? '']
  for (const load of wanted ? [wanted] : Object.values(commands)) program.addCommand(overriding(await load()))
  await program.parseAsync(process.argv)
}

/** Errors of use must come to `tell`, from subcommands too. */
function overriding(command: Command): Command {
  command.commands.forEach(overriding)
  return command.exitOverride()
}

endWithReader(process.stdout)
endWithReader(process.stderr)
main().catch(error => tell(error, process.stderr))
