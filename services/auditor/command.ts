/** `datarun verify …`: for auditors, departments and citizens, with files and public keys alone or against a running hub. */
import { Command } from 'commander'
import { answerAction, exportAction, logAction, receiptAction } from './actions.ts'
import { type LedgerOptions, ledgerAction } from './ledger-action.ts'
import type { LogOptions, TrustOptions } from './options.ts'
import { endWith } from './outcome.ts'
import { type WatchOptions, watchAction } from './watch-action.ts'

/** The command `verify` with its subcommands. Sets `process.exitCode`; never ends the process itself. */
export function verifyCommand(): Command {
  const verify = new Command('verify').description(
    'check receipts and the access log, trusting nothing but public keys',
  )

  addProofs(verify)

  trusting(verify.command('export'))
    .description('check every line of an auditor’s export')
    .argument('<file>', 'NDJSON as POST /v1/access-log/exports gives it')
    .action((file: string, options: Shown<TrustOptions>) => endWith(options, () => exportAction(file, options)))

  reading(trusting(verify.command('log')))
    .description('recompute the whole log and compare it with what is signed, and with what you hold')
    .option('--held <file>', 'checkpoints held from before')
    .option('--save <dir>', 'keep a copy of all that is read, to check again offline with --dir')
    .option('--minimum-index <index>', 'entries below are past their retention; a hub says so itself')
    .action((options: Shown<LogOptions>) => endWith(options, () => logAction(options)))

  addLedger(verify)

  reading(trusting(verify.command('watch')))
    .description('follow the log; ends with exit code 1 as soon as anything changed that was shown before')
    .option('--every <seconds>', 'how often to look', '60')
    .option('--once', 'look once and end')
    .action((options: WatchOptions) => endWith(options, () => watchAction(options)))

  return verify
}

/** For whoever was answered. */
function addProofs(verify: Command) {
  trusting(verify.command('receipt'))
    .description('prove that an entry stands in the log')
    .argument('<file>', 'the receipt: a c2sp.org/tlog-proof')
    .option('--entry <file>', 'the entry as JSON, where you have it')
    .action((file: string, options: Shown<TrustOptions & { entry?: string }>) =>
      endWith(options, () => receiptAction(file, options)),
    )

  trusting(verify.command('answer'))
    .description('prove what a pull was answered: that the log commits to these very values')
    .argument('<file>', 'the answer as POST /v1/pulls gave it, with its receipt')
    .requiredOption('--entry <file>', 'the entry as JSON, as an auditor shows it')
    .action((file: string, options: Shown<TrustOptions & { entry: string }>) =>
      endWith(options, () => answerAction(file, options.entry, options)),
    )
}

function addLedger(verify: Command) {
  reading(trusting(verify.command('ledger')))
    .description('count the papers nobody carried again, from the log alone')
    .argument('[file]', 'what GET /v1/ledger answered, to compare with; else the count is printed as JSON')
    .option('--export <file>', 'an auditor’s export instead of --url or --dir')
    .option('--from <day>', 'first day, where no file says it')
    .option('--to <day>', 'last day')
    .option('--matter <id>', 'only this matter')
    .option('--department <id>', 'only this department')
    .option('--held <file>', 'checkpoints held from before')
    .option('--save <dir>', 'keep a copy of all that is read, to count again offline with --dir')
    .action((file: string | undefined, options: Shown<LedgerOptions>) =>
      endWith(options, () => ledgerAction(file, options)),
    )
}

type Shown<Options> = Options & { json?: boolean }

const trusting = (command: Command) =>
  command
    .option('--json', 'print what was found as one JSON object')
    .option('--key <vkey>', 'a verifier key to trust (of the log, or of a witness); may be repeated', collect, [])
    .option('--keys <file>', 'a file with verifier keys, one on a line')
    .option('--witnesses <count>', 'how many of the witnesses must have cosigned', '0')

const reading = (command: Command) =>
  command
    .option('--url <address>', 'the log, as https://hub.example/v1/access-log')
    .option('--dir <dir>', 'the log as files: checkpoint, tile/…')
    .option('--token-file <file>', 'an auditor’s access token, to read the entries themselves')
    .option('--tiles-only', 'check hashes only; needs no token')
    .option('--keep <dir>', 'where you keep leaf hashes and checkpoints from one check to the next')

const collect = (value: string, before: string[]) => [...before, value]
