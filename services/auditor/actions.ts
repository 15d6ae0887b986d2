/** What `verify receipt`, `verify export` and `verify log` do. Each returns its exit code. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Json } from '../contract/canonical-json.ts'
import { type Finding, isFinding } from './finding.ts'
import { openKeeping } from './held.ts'
import { type LogOptions, openSource, readHeld, readTrust, type TrustOptions, usage } from './options.ts'
import { exits, say } from './outcome.ts'
import { showProgress } from './progress.ts'
import { verifyExport } from './verify-export.ts'
import { verifyLog } from './verify-log.ts'
import { verifyReceipt } from './verify-receipt.ts'

export async function receiptAction(file: string, options: TrustOptions & { entry?: string }): Promise<number> {
  const trust = await readTrust(options)
  const entry = options.entry ? readJson(await readFile(options.entry, 'utf8'), options.entry) : undefined
  // What shells write ends with one line break more than the receipt does.
  const receipt = `${(await readFile(file, 'utf8')).trimEnd()}\n`
  const verified = verifyReceipt(receipt, trust, entry)
  if (typeof verified === 'string') {
    say(`WRONG 凭证无效: ${verified}`)
    return exits.wrong
  }
  const { index, checkpoint, leaf, entrySeen } = verified
  say(`VERIFIED 验证通过: entry ${index} stands in ${checkpoint.origin}, tree size ${checkpoint.size}`)
  if (!entrySeen)
    say(`The entry was not given: its leaf hash is ${leaf.toString('base64')}; an auditor can show the entry.`)
  return exits.verified
}

function readJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return usage(`${file} is no JSON`)
  }
}

export async function exportAction(file: string, options: TrustOptions): Promise<number> {
  const trust = await readTrust(options)
  const { size } = await stat(file)
  const input = createReadStream(file)
  const progress = showProgress('bytes')
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const verified = await verifyExport(lines, trust, () => progress.at(input.bytesRead, size))
  progress.end()
  if ('problem' in verified) {
    const entry = verified.index === undefined ? '' : `, entry ${verified.index}`
    say(`WRONG 导出无效: line ${verified.line}${entry}: ${verified.problem}`)
    return exits.wrong
  }
  const sizes = verified.checkpoints.map(({ size }) => size).join(', ')
  say(`VERIFIED 验证通过: ${verified.entries} entries${sizes && `, tree size ${sizes}`}`)
  return exits.verified
}

export async function logAction(options: LogOptions): Promise<number> {
  const trust = await readTrust(options)
  const { source, minimumIndex } = await openSource(options)
  const keeping = options.keep ? openKeeping(options.keep) : undefined
  const held = await readHeld(options, trust)
  const kept = await keeping?.leaves()
  const progress = showProgress('entries')
  const onProgress = progress.at
  const readEntries = !options.tilesOnly
  const verified = await verifyLog({
    source,
    trust,
    held,
    readEntries,
    minimumIndex,
    onProgress,
    ...(kept && { kept }),
  })
  progress.end()
  if (isFinding(verified)) return tell(verified)
  await keeping?.keep(verified.leaves, verified.note)
  const { origin, size, root } = verified.checkpoint
  say(`VERIFIED 验证通过: ${origin}, ${size} entries (${verified.entriesRead} read), root ${root.toString('base64')}`)
  if (held.length > 0) say(`It extends all ${held.length} checkpoints held, the first of size ${held[0]!.size}.`)
  else
    say('No earlier checkpoint was given: this shows that the log fits its signature, not that it was never another.')
  return exits.verified
}

export function tell({ problem, index, through, detail }: Finding): number {
  const place = through === undefined || through === index ? `entry ${index}` : `entries ${index} to ${through}`
  say(`WRONG 日志有误: ${problem}, ${place}: ${detail}`)
  return exits.wrong
}
