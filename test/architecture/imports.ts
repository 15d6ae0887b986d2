/** Source files and what they say of each other, read as text: imports, types included. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'

export const services = join(import.meta.dirname, '../../services')

export type Import = { file: string; target: string }
export type Source = { file: string; text: string; code: string }

/** Every source file under services/ but the console's, with its text, and its code without comments. */
export async function readSources(): Promise<Source[]> {
  const all = await readdir(services, { recursive: true })
  const files = all.filter(
    file =>
      file.endsWith('.ts') && !file.startsWith('console/') && !file.includes('node_modules') && !file.includes('dist/'),
  )
  return Promise.all(
    files.map(async file => {
      const text = await readFile(join(services, file), 'utf8')
      return { file, text, code: text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<=^|\s)\/\/.*$/gm, '') }
    }),
  )
}

/** Relative targets as paths from services/. */
export const importsOf = ({ file, text }: Source): Import[] =>
  [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target]) => ({
    file,
    target: target!.startsWith('.') ? normalize(join(dirname(file), target!)) : target!,
  }))

/** A circle as the path that walks it, `a → b → a`; undefined where there is none. */
export function findCircle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const walk = (node: string, path: string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const next of edges.get(node) ?? []) {
      const circle = walk(next, [...path, node])
      if (circle) return circle
    }
    done.add(node)
    return undefined
  }
  for (const node of edges.keys()) {
    const circle = walk(node, [])
    if (circle) return circle
  }
  return undefined
}
