/** Go modules that a test of interoperation needs: programs, or test data, that no one here wrote. */
import { spawnSync } from 'node:child_process'

/**
 * Fetches what the `go.mod` of a folder asks for, at the hashes of its `go.sum`: module path → folder. Where Go or the
 * modules cannot be had, says visibly that `test` is left out, and is undefined.
 */
export function fetchGoModules(folder: string, test: string): ReadonlyMap<string, string> | undefined {
  const leftOut = (why: string) => void process.stderr.write(`SKIPPED ${test}: ${why}\n`)
  if (spawnSync('go', ['version']).status !== 0) return leftOut('Go is not installed')
  const fetched = spawnSync('go', ['mod', 'download', '-json'], { cwd: folder, timeout: 120_000, encoding: 'utf8' })
  if (fetched.status !== 0) return leftOut('the Go modules cannot be fetched')
  // One JSON object after the other, not a list.
  const modules: { Path: string; Dir: string }[] = JSON.parse(`[${fetched.stdout.replaceAll(/^}\s*^{/gm, '},{')}]`)
  return new Map(modules.map(({ Path, Dir }) => [Path, Dir]))
}
