/** The end of the story: the ledger of papers nobody carried, counted from the access log. */
import type { City } from './city.ts'
import type { Teller } from './tell.ts'

export type Ledger = {
  size: number
  total: { pulls: number; proofs: number; met: number; open: number; paper: Record<string, number> }
  rows: { department: string; matter: string; district: string | null; proofs: number; met: number }[]
}

/** Today's, in the city's time. */
export async function readLedger(city: City, now: Date): Promise<Ledger> {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(now)
  const auditor = await city.asPerson('auditor')
  return auditor.must<Ledger>('GET', `/v1/ledger?from=${day}&to=${day}`)
}

export function tellLedger({ say }: Teller, { size, total, rows }: Ledger): void {
  say(`免提交材料台账 · The ledger of papers nobody carried, today, from ${size} entries of the access log`)
  for (const { department, matter, district, proofs, met } of rows) {
    say(`    ${matter} (${department}, ${district ?? 'no district'}): ${met} of ${proofs} proofs met by data`)
  }
  const paper = Object.entries(total.paper).map(([reason, count]) => `${count} ${reason}`)
  say(`    In all ${total.met} of ${total.proofs}; ${total.open} open; still on paper: ${paper.join(', ') || 'none'}`)
  say()
}
