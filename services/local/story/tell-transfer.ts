import { type Plan, tellPlan } from './plan.ts'
import { type Teller, table } from './tell.ts'
import type { Proof, PullTold, Transfer } from './transfer.ts'

/** The story as a person reads it: who gave what on which legal basis, and what nobody had to carry. */
export function tellTransfer(teller: Teller, transfer: Transfer, plan: Plan): void {
  const { say } = teller
  say()
  say(`不动产转移登记 · Real-estate transfer, case ${transfer.case}`)
  say(
    `${transfer.seller} sells a flat. The title office needs ${transfer.first.proofs.length} proofs, held by other departments.`,
  )
  say()
  tellPlan(teller, plan)
  tellPull(say, 'First pull', transfer.first)
  if (transfer.consent) {
    for (const { code, wayOut } of transfer.first.proofs.filter(proof => proof.outcome === 'refused')) {
      say(`  ${code}: ${wayOut ?? ''}`)
    }
    say()
    say(`  The office asks for consent; ${transfer.seller} signs in, reads what is asked, and approves.`)
    say()
    tellPull(say, 'The same pull again', transfer.second)
  }
  say()
  say(`  Papers nobody had to carry: ${transfer.papersNotCarried}, from ${transfer.sourceDepartments} departments.`)
  say(`  What ${transfer.seller} sees of it under “who used my data”:`)
  for (const { at, department, matter, outcome } of transfer.accesses)
    say(`    ${at}  ${department}  ${matter}  ${outcome}`)
  say()
}

function tellPull(say: Teller['say'], title: string, { milliseconds, proofs, logIndex }: PullTold): void {
  say(`  ${title}: ${milliseconds} ms, entry ${logIndex} of the access log`)
  const rows = [['Proof', 'Outcome', 'Source', 'Basis'], ...proofs.map(rowOf)]
  for (const line of table(rows)) say(`    ${line}`)
}

const rowOf = ({ requirement, outcome, datasets, basis, code }: Proof) => [
  `${requirement.zh} ${requirement.en}`.slice(0, 60),
  outcome === 'refused' ? `refused (${code})` : outcome,
  datasets.join(', '),
  basis,
]
