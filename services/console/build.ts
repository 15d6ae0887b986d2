/** Builds the console into dist/, unless what lies there was made of the very same files. Called by set-up. */
import { hash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const here = import.meta.dirname
const dist = join(here, 'dist')
const stamp = join(dist, '.made-of')
/** Sources beside this folder that are built in, and the files that pin the libraries. */
const beside = ['../../package-lock.json', '../contract/canonical-json.ts']
const leastToCompress = 1_024

async function digestOfSources(): Promise<string> {
  const own = await readdir(here, { recursive: true, withFileTypes: true })
  const paths = own
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.startsWith(dist) && !/api-schema\.d\.ts$|\.md$/.test(path))
    .concat(beside.map(path => join(here, path)))
    .sort()
  const digests = await Promise.all(
    paths.map(async path => `${relative(here, path)} ${hash('sha256', await readFile(path))}`),
  )
  return hash('sha256', digests.join('\n'))
}

/** Brotli and gzip beside each file, so that the hub compresses nothing while people wait. */
async function compress(): Promise<void> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter(one => one.isFile() && /\.(js|css|html|svg|json)$/.test(one.name))) {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    if (content.length < leastToCompress) continue
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    await writeFile(`${path}.br`, await promisify(brotliCompress)(content, quality))
    await writeFile(`${path}.gz`, await promisify(gzip)(content))
  }
}

const digest = await digestOfSources()
const made = await readFile(stamp, 'utf8').catch(() => '')
if (made !== digest) {
  console.error('building the console (some seconds, once)')
  await rm(dist, { recursive: true, force: true })
  const { build } = await import('vite')
  await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'warn' })
  await compress()
  await writeFile(stamp, digest)
}
