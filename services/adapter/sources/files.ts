/** Which files a config's `csv.files` names at this moment. */
import { glob, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { SourceFile } from '../publish-file.ts'

/** In the order of their names. `state` is the adapter's own folder: its reports are no sources. */
export async function sourceFiles(pattern: string, folder: string, state: string): Promise<SourceFile[]> {
  const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern)
  const paths = (await isFile(path)) ? [path] : await globbed(path)
  const files = paths
    .filter(found => !found.startsWith(state + sep))
    .sort()
    .map(found => {
      const name = relative(folder, found)
      return { path: found, name, report: join(state, 'reports', `${nameOfReport(name)}.refused.csv`) }
    })
  const kept = await Promise.all(files.map(file => isFile(file.path)))
  return files.filter((_, index) => kept[index])
}

const nameOfReport = (name: string) => name.replaceAll(/[/\\]/g, '__').replaceAll('..', '')

async function globbed(pattern: string): Promise<string[]> {
  const found: string[] = []
  for await (const path of glob(pattern)) found.push(path)
  return found
}

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() ?? false

/** A file that was written to in the last moments may be half written still. */
export async function isSettled(path: string, now: Date): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Math.abs(now.getTime() - found.mtimeMs) >= settledAfter
}

const settledAfter = 2_000
