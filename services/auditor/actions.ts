/** The actions `verify receipt`, `verify answer`, `verify export` and `verify log`. Each returns its outcome. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Json } from '../contract/canonical-json.ts'
import { isFinding } from './finding.ts'
import { openKeeping } from './held.ts'
import { type LogOptions, openSource, readHeld, readTrust, type TrustOptions, usage } from './options.ts'
import { type Outcome, verified, wrong, wrongLog } from './outcome.ts'
import { showProgress } from './progress.ts'
import { verifyAnswer } from './verify-answer.ts'
import { verifyExport } from './verify-export.ts'
import { verifyLog } from './verify-log.ts'
import { verifyReceipt } from './verify-receipt.ts'

export async function receiptAction(file: string, options: TrustOptions & { entry?: string }): Promise<Outcome> {
  const trust = await readTrust(options)
  const entry = options.entry ? readJson(await readFile(options.entry, 'utf8'), options.entry) : undefined
  // Shells add one line break to a receipt that they write.
  const receipt = `${(await readFile(file, 'utf8')).trimEnd()}\n`
  const checked = verifyReceipt(receipt, trust, entry)
  if (typeof checked === 'string') return wrong({ problem: checked }, `WRONG 凭证无效: ${checked}`)
  const { index, checkpoint, leaf, entrySeen } = checked
  const { origin, size } = checkpoint
  const leafHash = leaf.toString('base64')
  const unseen = `The entry was not given: its leaf hash is ${leafHash}; an auditor can show the entry.`
  return verified(
    { index, origin, size, leafHash, entrySeen },
    `VERIFIED 验证通过: entry ${index} stands in ${origin}, tree size ${size}`,
    ...(entrySeen ? [] : [unseen]),
  )
}

export async function answerAction(file: string, entryFile: string, options: TrustOptions): Promise<Outcome> {
  const trust = await readTrust(options)
  const answer = readJson(await readFile(file, 'utf8'), file)
  const checked = verifyAnswer(answer, readJson(await readFile(entryFile, 'utf8'), entryFile), trust)
  if (typeof checked === 'string') return wrong({ problem: checked }, `WRONG 答复不符: ${checked}`)
  const { index, checkpoint, datasets, uncommitted } = checked
  return verified(
    { index, origin: checkpoint.origin, size: checkpoint.size, datasets, uncommitted },
    `VERIFIED 验证通过: entry ${index} commits to the values of ${datasets.join(', ') || 'no dataset'}`,
    ...(uncommitted.length > 0 ? [`Without values to commit to: ${uncommitted.join(', ')}`] : []),
  )
}

function readJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return usage(`${file} is no JSON`)
  }
}

export async function exportAction(file: string, options: TrustOptions): Promise<Outcome> {
  const trust = await readTrust(options)
  const { size } = await stat(file)
  const input = createReadStream(file)
  const progress = showProgress('bytes')
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const checked = await verifyExport(lines, trust, () => progress.at(input.bytesRead, size))
  progress.end()
  if ('problem' in checked) return wrongExport(checked)
  const { entries } = checked
  const sizes = checked.checkpoints.map(({ size }) => size)
  const told = sizes.length > 0 ? `, tree size ${sizes.join(', ')}` : ''
  return verified({ entries, sizes }, `VERIFIED 验证通过: ${entries} entries${told}`)
}

export function wrongExport(found: { line: number; index?: number | undefined; problem: string }): Outcome {
  const entry = found.index === undefined ? '' : `, entry ${found.index}`
  return wrong(found, `WRONG 导出无效: line ${found.line}${entry}: ${found.problem}`)
}

export async function logAction(options: LogOptions): Promise<Outcome> {
  const trust = await readTrust(options)
  const { source, minimumIndex } = await openSource(options)
  const keeping = options.keep ? openKeeping(options.keep) : undefined
  const held = await readHeld(options, trust)
  const kept = await keeping?.leaves()
  const progress = showProgress('entries')
  const onProgress = progress.at
  const readEntries = !options.tilesOnly
  const checked = await verifyLog({
    source,
    trust,
    held,
    readEntries,
    minimumIndex,
    onProgress,
    ...(kept && { kept }),
  })
  progress.end()
  if (isFinding(checked)) return wrongLog(checked)
  await keeping?.keep(checked.leaves, checked.note)
  const { entriesRead, checkpoint } = checked
  const { origin, size } = checkpoint
  const root = checkpoint.root.toString('base64')
  const extended =
    held.length > 0
      ? `It extends all ${held.length} checkpoints held, the first of size ${held[0]!.size}.`
      : 'No earlier checkpoint was given: this shows that the log fits its signature, not that it was never another.'
  return verified(
    { origin, size, entriesRead, root, held: held.length },
    `VERIFIED 验证通过: ${origin}, ${size} entries (${entriesRead} read), root ${root}`,
    extended,
  )
}
