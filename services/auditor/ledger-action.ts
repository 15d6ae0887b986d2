/** The action `verify ledger`: counts the papers again from a verified log, and compares with what the hub has told. */
import { createReadStream } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { canonicalJson, type Json } from '../contract/canonical-json.ts'
import { wrongExport } from './actions.ts'
import { isFinding } from './finding.ts'
import { type Ledger, type LedgerPeriod, openLedger } from './ledger.ts'
import { type LogOptions, openSource, readHeld, readTrust, usage } from './options.ts'
import { exits, type Outcome, verified, wrong, wrongLog } from './outcome.ts'
import { showProgress } from './progress.ts'
import { verifyExport } from './verify-export.ts'
import { verifyLog } from './verify-log.ts'

export type LedgerOptions = LogOptions & {
  export?: string
  from?: string
  to?: string
  matter?: string
  department?: string
}
type Told = LedgerPeriod & Ledger

/** `file` holds what GET /v1/ledger answered; without it the options say what to count, and the ledger is printed. */
export async function ledgerAction(file: string | undefined, options: LedgerOptions): Promise<Outcome> {
  const told = file === undefined ? undefined : readTold(await readFile(file, 'utf8'), file)
  const period = told ? periodOf(told) : statedPeriod(options)
  const ledger = openLedger(period)
  const failed = options.export
    ? await takeExport(options.export, options, ledger.take)
    : await takeLog(options, ledger.take)
  if (failed !== undefined) return failed
  const counted = ledger.close()
  if (told) return compare(told, counted)
  const facts = { ...period, ...counted }
  return { exit: exits.verified, lines: [JSON.stringify(facts)], facts }
}

function readTold(text: string, file: string): Told {
  try {
    const told = JSON.parse(text) as Partial<Told>
    if (isDay(told.from) && isDay(told.to) && Array.isArray(told.rows)) return told as Told
  } catch {
    // Falls through: no JSON is no ledger either.
  }
  return usage(`${file} is no ledger: save what GET /v1/ledger answers`)
}

const periodOf = ({ from, to, matter, department, size }: LedgerPeriod): LedgerPeriod => ({
  from,
  to,
  ...(matter !== undefined && { matter }),
  ...(department !== undefined && { department }),
  ...(size !== undefined && { size }),
})

function statedPeriod({ from, to, matter, department }: LedgerOptions): LedgerPeriod {
  if (!isDay(from) || !isDay(to)) return usage('say which days to count: --from YYYY-MM-DD --to YYYY-MM-DD')
  return periodOf({ from, to, ...(matter && { matter }), ...(department && { department }) })
}

const isDay = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text)

/** An export has what the auditor asked for, so only one without gaps shows that nothing was left out. */
async function takeExport(
  file: string,
  options: LedgerOptions,
  take: (entry: Json) => void,
): Promise<Outcome | undefined> {
  const trust = await readTrust(options)
  await access(file)
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  const seen = { count: 0, first: Number.POSITIVE_INFINITY, last: -1 }
  const checked = await verifyExport(lines, trust, entry => {
    const { index } = entry as { index: number }
    seen.count += 1
    seen.first = Math.min(seen.first, index)
    seen.last = Math.max(seen.last, index)
    take(entry)
  })
  if ('problem' in checked) return wrongExport(checked)
  const missing = seen.last - seen.first + 1 - seen.count
  if (missing > 0) process.stderr.write(`The export leaves out ${missing} entries between those that it has.\n`)
  return undefined
}

async function takeLog(options: LedgerOptions, take: (entry: Json) => void): Promise<Outcome | undefined> {
  const trust = await readTrust(options)
  const { source, minimumIndex } = await openSource(options)
  const held = await readHeld(options, trust)
  const progress = showProgress('entries')
  const onEntry = (entry: Buffer) => take(JSON.parse(entry.toString()) as Json)
  const checked = await verifyLog({
    source,
    trust,
    held,
    readEntries: true,
    minimumIndex,
    onProgress: progress.at,
    onEntry,
  })
  progress.end()
  return isFinding(checked) ? wrongLog(checked) : undefined
}

function compare({ total, rows, flags }: Told, counted: Ledger): Outcome {
  const parts = { total, rows, flags }
  const differing = (Object.keys(parts) as (keyof Ledger)[]).filter(
    part => canonicalJson((parts[part] ?? null) as Json) !== canonicalJson(counted[part] as unknown as Json),
  )
  if (differing.length === 0) {
    const { proofs, met } = counted.total
    const line = `VERIFIED 验证通过: the log makes the same ledger: ${proofs} proofs asked for, ${met} met by data`
    return verified({ proofs, met }, line)
  }
  const differences = differing.map(part => ({ part, told: parts[part] ?? null, counted: counted[part] ?? null }))
  const lines = differences.map(({ part, told: was, counted: is }) => {
    const [before, after] = [was, is].map(value => canonicalJson(value as unknown as Json))
    return `WRONG 台账不符: ${part}: told ${before}, counted ${after}`
  })
  return wrong({ differences }, ...lines)
}
