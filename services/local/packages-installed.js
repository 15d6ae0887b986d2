// Exit code 0 if node_modules holds what package-lock.json pins. Compares contents, as times tell nothing after a
// `git checkout`. Plain JavaScript: runs on Node 20, before anything is installed.
import { readFileSync } from 'node:fs'

const packages = path => {
  try {
    const { '': _root, ...rest } = JSON.parse(readFileSync(path, 'utf8')).packages
    return rest
  } catch {
    return undefined
  }
}

const pinned = packages('package-lock.json')
// npm writes this file last, so it is missing after an interrupted installation.
const installed = packages('node_modules/.package-lock.json')
const same = ([path, { version, integrity, optional }]) =>
  installed[path] ? installed[path].version === version && installed[path].integrity === integrity : optional

process.exitCode = pinned && installed && Object.entries(pinned).every(same) ? 0 : 1
