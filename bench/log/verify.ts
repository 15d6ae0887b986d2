/** The auditor over a log of files: entries a second of one core. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { isFinding } from '../../services/auditor/finding.ts'
import { readKey } from '../../services/auditor/note.ts'
import { directorySource, tilePath } from '../../services/auditor/source.ts'
import { createTree } from '../../services/auditor/tree.ts'
import { verifyLog } from '../../services/auditor/verify-log.ts'
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { type NoteSigner, signNote } from '../../services/exchange/log/tree/note.ts'
import { readBundle, readHashes } from '../../services/exchange/log/tree/tile-store.ts'

/** Writes the first `size` entries (a multiple of 256) as the files of c2sp.org/tlog-tiles, signed as a log of that size. */
export async function saveLog(pool: pg.Pool, directory: string, size: number, signer: NoteSigner): Promise<void> {
  const upper: { level: number; index: number; hash: Buffer }[] = []
  const tree = createTree(undefined, (level, index, hash) => upper.push({ level, index, hash }))
  for (let index = 0; index < size / 256; index += 1) {
    const [leaves] = await readHashes(pool, [{ level: 0, first: index * 256, count: 256 }])
    await save(directory, tilePath(0, index, 256), leaves!)
    await save(directory, tilePath('entries', index, 256), (await readBundle(pool, { level: 0, index, width: 256 }))!)
    for (let at = 0; at < leaves!.length; at += 32) tree.append(leaves!.subarray(at, at + 32))
  }
  const tiles = Map.groupBy(upper, ({ level, index }) => `${level}/${Math.floor(index / 256)}`)
  for (const nodes of tiles.values()) {
    const { level, index } = nodes[0]!
    await save(
      directory,
      tilePath(level, Math.floor(index / 256), nodes.length),
      Buffer.concat(nodes.map(node => node.hash)),
    )
  }
  const text = checkpointText({ origin: signer.name, size, root: tree.root() })
  await save(directory, 'checkpoint', Buffer.from(signNote(text, [signer])))
}

async function save(directory: string, path: string, content: Buffer) {
  const file = join(directory, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}

export type Verified = { perCoreSecond: number }

export async function measureVerifying(directory: string, verifierKey: string): Promise<Verified> {
  const before = process.cpuUsage()
  const trust = { keys: [readKey(verifierKey)!], witnesses: 0 }
  const found = await verifyLog({ source: directorySource(directory), trust, readEntries: true })
  if (isFinding(found)) throw new Error(`the log of the bench is wrong: ${JSON.stringify(found)}`)
  const { user, system } = process.cpuUsage(before)
  return { perCoreSecond: found.entriesRead / ((user + system) / 1_000_000) }
}
