/** Keeps out: a stack whose port another one holds, and which takes the other's readiness for that of its own service. */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { startService } from '../../../services/local/processes.ts'

test.each([
  ['another name', { ready: true, instance: 'another' }],
  ['no name', { ready: true }],
])('a service is not ready where its port answers with %s', async (_what, answer) => {
  const other = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const directory = await mkdtemp(join(tmpdir(), 'datarun-processes-'))
  await mkdir(join(directory, 'logs'))
  try {
    const starting = startService({
      name: 'hub',
      // Alive for as long as readiness is asked for, and never listening.
      flags: ['--eval', 'setTimeout(() => process.exit(3), 1500)'],
      script: 'services/exchange/main.ts',
      directory,
      settings: {},
      readyUrl: `http://127.0.0.1:${(other.address() as AddressInfo).port}/readyz`,
    })
    await expect(starting).rejects.toThrow('hub ended (exit code 3)')
  } finally {
    other.close()
    await rm(directory, { recursive: true })
  }
})
