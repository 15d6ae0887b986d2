/** Which files a config's `csv.files` names at this moment. */
import { hash } from 'node:crypto'
import { glob, opendir, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { SourceFile } from '../publish-file.ts'

/**
 * In the order of their names; the case of letters in a file's own name does not matter (`*.csv` and REPORT.CSV). A file that
 * cannot be looked at is named too, so that nobody takes it for published. `state` is the adapter's own folder: its reports are no
 * sources.
 */
export async function sourceFiles(pattern: string, folder: string, state: string): Promise<SourceFile[]> {
  const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern)
  const paths = (await kindOf(path)) === 'file' ? [path] : await globbed(path)
  const kinds = await Promise.all(paths.map(kindOf))
  const closed = await closedFolders(path)
  return paths
    .filter((_, at) => kinds[at] !== 'other')
    .concat(...closed)
    .filter(found => !found.startsWith(state + sep))
    .sort()
    .map(found => {
      const name = relative(folder, found)
      return { path: found, name, report: join(state, 'reports', `${nameOfReport(name)}.refused.csv`) }
    })
}

/** One name for each file: `a/b.csv` is a__b.csv; where that could be another file's, or is too long, a digest tells them apart. */
function nameOfReport(name: string): string {
  const readable = name.replaceAll(/[/\\]/g, '__').replaceAll('..', '')
  if (!/__|\.\.|\\/.test(name) && Buffer.byteLength(readable) <= longestName) return readable
  return `${[...readable].slice(0, 40).join('')}-${hash('sha256', name).slice(0, 12)}`
}

/** A file system takes 255 bytes. */
const longestName = 200

async function globbed(pattern: string): Promise<string[]> {
  const at = pattern.lastIndexOf('/') + 1
  const found = new Set<string>()
  for await (const path of glob(pattern.slice(0, at) + inAnyCase(pattern.slice(at)))) found.add(path)
  return [...found]
}

/** Folders that the pattern leads through and that may not be looked into: glob passes them over without a word. */
async function closedFolders(pattern: string): Promise<Set<string>> {
  const parts = pattern.split('/')
  const closed = new Set<string>()
  for (const [at, part] of parts.entries()) {
    if (!parts.slice(0, at + 1).some(isWild)) continue
    const folders = [...parts.slice(0, at), ...(part === '**' ? ['**'] : [])].join('/')
    for await (const path of glob(folders)) if (await isClosed(path, isWild(part))) closed.add(path)
  }
  return closed
}

const isWild = (part: string) => /[*?[{(]/.test(part)

/** By trying, for what access(2) says is not true of every file system. */
async function isClosed(path: string, isListed: boolean): Promise<boolean> {
  try {
    await stat(`${path}/.`)
    if (isListed) await opendir(path).then(folder => folder.close())
    return false
  } catch (error) {
    return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

/** `*.csv` → `*.[cC][sS][vV]`; a pattern with brackets of its own stays as it is. */
const inAnyCase = (name: string) =>
  /[[\]{}()\\]/.test(name) ? name : name.replaceAll(/[a-z]/gi, each => `[${each.toLowerCase()}${each.toUpperCase()}]`)

/** `unseen`: a name that is not UTF-8, a link that leads nowhere, or a folder without the right to look into it. */
async function kindOf(path: string): Promise<'file' | 'other' | 'unseen'> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other'
  } catch {
    return 'unseen'
  }
}

/** A file that was written to in the last moments may be half written still; one that cannot be looked at does not change. */
export async function isSettled(path: string, now: Date): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined || Math.abs(now.getTime() - found.mtimeMs) >= settledAfter
}

const settledAfter = 2_000
