/** `datarun`: the command line. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 done but something was refused. */
import { Command } from 'commander'
import { verifyCommand } from '../auditor/command.ts'
import { adapterCommand } from './adapter.ts'
import { catalogueCommand } from './catalogue.ts'
import { logCommand } from './log.ts'
import { logKeyCommand } from './log-key.ts'
import { tell } from './outcome.ts'
import { pullCommand } from './pull.ts'
import { resetCommand, startCommand } from './start.ts'
import { tokenCommand } from './token.ts'

const program = new Command('datarun')
  .description('数据跑 · the departments of a city share the records they hold')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) })
  .addHelpText(
    'after',
    '\nEvery command has --help. Commands that call a hub take --hub, --issuer, --as and --key, or DATARUN_HUB_URL, DATARUN_ISSUER, DATARUN_SYSTEM and DATARUN_SYSTEM_KEY_FILE.',
  )

for (const command of [
  startCommand(process.stdout),
  resetCommand(),
  adapterCommand(process.env),
  catalogueCommand(process.env),
  pullCommand(process.env),
  logCommand(process.env),
  tokenCommand(process.env),
  verifyCommand(),
  logKeyCommand(),
]) {
  program.addCommand(command.exitOverride())
}

program.parseAsync(process.argv).catch(error => tell(error, process.stderr))
