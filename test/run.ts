/**
 * `npm test`: runs jest on the core, on a wider stage (`--stage faults`), or on the files that the arguments name, and ends
 * with one plain line counted from jest's own report: `N passed, N failed`. A run without a single test has failed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataHome, kafkaHome, repository } from '../services/local/places.ts'
import { embeddedOnly, pathsFor } from './stages.ts'

const report = join(dataHome, 'tests', `report-${process.pid}.json`)

async function runJest(wanted: string[]): Promise<number> {
  const hasJava = existsSync(join(kafkaHome, 'java'))
  if (!hasJava) console.log(`Left out, as embedded Kafka is not set up here: ${embeddedOnly.join(', ')}`)
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(repository, 'node_modules/jest/bin/jest.js'),
      '--maxWorkers=3',
      '--json',
      `--outputFile=${report}`,
      ...pathsFor(wanted, hasJava),
    ],
    { cwd: repository, stdio: 'inherit' },
  )
  // Ctrl-C reaches jest by itself. Either way the report of a broken run is missing, which fails it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => jest.kill('SIGTERM'))
  const [code] = await once(jest, 'exit')
  return code ?? 1
}

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numRuntimeErrorTestSuites: number
}

async function count() {
  const found: Report = JSON.parse(await readFile(report, 'utf8'))
  return {
    passed: found.numPassedTests,
    // A file that cannot even be loaded counts as one failure.
    failed: found.numFailedTests + found.numRuntimeErrorTestSuites,
    skipped: found.numPendingTests + found.numTodoTests,
  }
}

await mkdir(join(dataHome, 'tests'), { recursive: true })
const code = await runJest(process.argv.slice(2))
const { passed, failed, skipped } = await count().catch(() => ({ passed: 0, failed: 1, skipped: 0 }))
await rm(report, { force: true })
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = code !== 0 ? code : failed > 0 || passed === 0 ? 1 : 0
