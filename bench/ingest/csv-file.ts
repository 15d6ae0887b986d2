/** A department's CSV file through its adapter, a process of its own, until the hub has every row. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createChild } from '../../services/local/child.ts'
import { writeCity } from '../../services/local/city/write-city.ts'
import { repository } from '../../services/local/places.ts'
import { peakMemory } from '../processes.ts'
import { dataset, topic } from '../stand/messages.ts'
import type { Stand } from '../stand/stand.ts'
import { takenIn } from '../stand/taken-in.ts'

/** Rows a second from the adapter's start, and its peak memory in MiB. The topic holds `before` messages already. */
export async function fileToRegistry(
  stand: Stand,
  people: number,
  before: number,
): Promise<{ perSecond: number; memory: number }> {
  const folder = join(stand.directory, 'city')
  const { configs, counts } = await writeCity(folder, { people, seed: 1 })
  const config = configs.find(path => path.endsWith(`${dataset}.json`))!
  const { system } = JSON.parse(await readFile(config, 'utf8')) as { system: string }
  const rows = counts[dataset]!
  while ((await takenIn(stand.database, topic)) < before) await sleep(50)
  const { stack } = stand
  const key = await stack.keys.of(system)
  const adapter = createChild({
    name: 'adapter',
    command: process.execPath,
    args: [join(repository, 'services/adapter/main.ts'), config],
    env: {
      DATARUN_SYSTEM_KEY_FILE: key.file,
      DATARUN_HUB_URL: stack.hub,
      DATARUN_ISSUER: stack.issuer,
      DATARUN_KAFKA_BROKERS: stack.brokers.join(','),
      DATARUN_STATE_FOLDER: join(stand.directory, 'adapter'),
      DATARUN_SOURCE_FOLDER: folder,
      DATARUN_LOG_LEVEL: 'silent',
    },
    logFile: join(stand.directory, 'logs/adapter.log'),
    stopSignal: 'SIGTERM',
    stopWithin: 5_000,
    isReady: async () => true,
    readyWithin: 1_000,
  })
  const started = performance.now()
  await adapter.start()
  let memory = 0
  while ((await takenIn(stand.database, topic)) < before + rows) {
    if (adapter.pid) memory = Math.max(memory, await peakMemory(adapter.pid))
    await sleep(20)
  }
  const seconds = (performance.now() - started) / 1000
  await adapter.stop()
  return { perSecond: rows / seconds, memory }
}
