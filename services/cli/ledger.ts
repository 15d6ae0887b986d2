import { Command } from 'commander'
import type { Environment } from '../contract/settings.ts'
import { callingHub, type HubOptions, openHub } from './hub-options.ts'

type Options = HubOptions & { from: string; to: string; matter?: string; department?: string }
type Counts = { proofs: number; met: number; open: number; paper: Record<string, number> }
type Row = Counts & { day: string; department: string; matter: string; district: string | null }
type Flag = {
  department: string
  matter: string
  requirement: string
  datasets: string[]
  code: string
  papers: number
}
type Ledger = { total: Counts; rows: Row[]; flags: Flag[] }

/** The hub's counts; `datarun verify ledger` counts it again from the log alone. */
export function ledgerCommand(environment: Environment): Command {
  return callingHub(new Command('ledger'))
    .description('papers nobody carried: proofs asked for, met by data, still on paper and why')
    .requiredOption('--from <day>', 'first day, YYYY-MM-DD')
    .requiredOption('--to <day>', 'last day')
    .option('--matter <id>', 'only this matter')
    .option('--department <id>', 'only this department')
    .action(async ({ from, to, matter, department, ...options }: Options) => {
      const hub = await openHub(options, environment)
      const query = new URLSearchParams({ from, to, ...(matter && { matter }), ...(department && { department }) })
      const ledger = await hub.must<Ledger>('GET', `/v1/ledger?${query}`)
      process.stdout.write(options.json ? `${JSON.stringify(ledger)}\n` : textOf(ledger))
    })
}

function textOf({ total, rows, flags }: Ledger): string {
  const lines = rows.map(row => `${row.day} ${row.department} ${row.matter} ${row.district ?? '-'}: ${countsOf(row)}`)
  const flagged = flags.map(
    ({ department, matter, requirement, datasets, code, papers }) =>
      `The hub could supply (国务院令第716号第七条): ${department} ${matter} ${requirement}: ${papers} papers, ` +
      `${datasets.join(' + ')}: ${code}`,
  )
  return `${[...lines, `Total: ${countsOf(total)}`, ...flagged].join('\n')}\n`
}

function countsOf({ proofs, met, open, paper }: Counts): string {
  const reasons = Object.entries(paper).map(([reason, count]) => `${count} ${reason}`)
  const onPaper = reasons.length > 0 ? reasons.join(', ') : 'none'
  return `${proofs} proofs, ${met} met by data, still on paper: ${onPaper}${open > 0 ? `, ${open} open` : ''}`
}
