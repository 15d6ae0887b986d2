/**
 * kafkajs as a copy of our own, for it is patched here in places: a program that uses an adapter beside its own kafkajs keeps
 * that as it is. The package's files are read and run once more; what they require from elsewhere is shared with everybody.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { compileFunction } from 'node:vm'

type Loaded = { exports: unknown }
type Wrapper = (
  exports: unknown,
  require: (id: string) => unknown,
  module: Loaded,
  file: string,
  folder: string,
) => void

const shared = createRequire(import.meta.url)
const home = dirname(shared.resolve('kafkajs/package.json'))
const loaded = new Map<string, Loaded>()

function load(file: string): Loaded {
  const known = loaded.get(file)
  if (known) return known
  const module: Loaded = { exports: {} }
  loaded.set(file, module)
  const text = readFileSync(file, 'utf8')
  if (file.endsWith('.json')) module.exports = JSON.parse(text)
  else wrapperOf(text, file)(module.exports, requireFrom(file), module, file, dirname(file))
  return module
}

/** By the rules of CommonJS modules in Node. */
const wrapperOf = (text: string, file: string): Wrapper =>
  compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname'], { filename: file }) as Wrapper

function requireFrom(file: string): (id: string) => unknown {
  const find = createRequire(file)
  return id => {
    const found = find.resolve(id)
    return found.startsWith(home + sep) ? load(found).exports : find(id)
  }
}

/** A module of the copy by its path in the package, `src/network/requestQueue/index.js`. */
export const moduleOf = (path: string): unknown => load(join(home, path)).exports

/** For modules that are a single function: those that require it from now on get another one. */
export function replaceModule(path: string, exports: unknown): void {
  load(join(home, path)).exports = exports
}

/** The package as its users import it. To be asked once all patches are in. */
export const ownKafkajs = () => load(shared.resolve('kafkajs')).exports as typeof import('kafkajs')
