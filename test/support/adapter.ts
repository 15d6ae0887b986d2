/** An adapter of a test department: its folder, its config, its settings; and what arrived on its topic. */
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { type Adapter, createAdapter } from '../../services/adapter/adapter.ts'
import type { FileState } from '../../services/adapter/publish-file.ts'
import { readAdapterSettings } from '../../services/adapter/settings.ts'
import type { IncomingMessage } from '../../services/contract/envelope.ts'
import { isFailure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import type { TestHub } from './exchange.ts'

/** Columns as a department has them, for the permits of city-department.ts. */
export const permitConfig = (department: string) => ({
  dataset: `${department}.permit`,
  system: `${department}/registry`,
  csv: { files: '*.csv' },
  mapping: {
    '/number': '许可证号',
    '/holder/id': '持有人证件号',
    '/holder/name': '持有人姓名',
    '/validFrom': { column: '有效期起', date: 'YYYYMMDD' },
    '/income': { column: '收入', number: true },
  },
  event: { change: { column: '状态', codes: { 有效: 'issued', 吊销: 'revoked' } } },
})

export const permitHeader = '许可证号,状态,持有人姓名,持有人证件号,有效期起,收入,备注'
export const permitRow = (number: number | string, income: number | string = 100, more = '') =>
  `P-${number},有效,张三,11010519491231002X,20240229,${income},${more}`

export type TestFolder = {
  path: string
  settings: Record<string, string>
  write(name: string, lines: string[], how?: { encoding?: string; modified?: Date }): Promise<string>
  /** All that the adapter wrote on disk, as one text, but for the sources. */
  written(): Promise<string>
  remove(): Promise<void>
}

export async function createFolder(hub: TestHub, department: string): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'datarun-adapter-'))
  const stateFolder = join(path, 'state')
  return {
    path,
    settings: {
      DATARUN_SYSTEM_KEY_FILE: (await hub.issuer.keys.of(`${department}/registry`)).file,
      DATARUN_HUB_URL: hub.exchange.address,
      DATARUN_ISSUER: hub.issuer.issuer,
      DATARUN_KAFKA_BROKERS: hub.environment.DATARUN_KAFKA_BROKERS!,
      DATARUN_KAFKA_SECURED: 'false',
      DATARUN_STATE_FOLDER: stateFolder,
      DATARUN_SOURCE_FOLDER: path,
    },
    write: async (name, lines, { encoding = 'utf-8', modified } = {}) => {
      const file = join(path, name)
      await writeFile(file, iconv.encode(lines.map(line => `${line}\r\n`).join(''), encoding))
      if (modified) await utimes(file, modified, modified)
      return file
    },
    written: async () => {
      const entries = await readdir(stateFolder, { recursive: true, withFileTypes: true })
      const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
      return (await Promise.all(files.map(file => readFile(file, 'utf8')))).join('\n')
    },
    remove: () => rm(path, { recursive: true }),
  }
}

export type TestAdapter = Adapter & { log(): string }

/** An adapter in this process. @throws with the failure where it cannot be made. */
export async function openAdapter(
  config: unknown,
  settings: Record<string, string>,
  onProgress: (state: FileState) => void = () => {},
): Promise<TestAdapter> {
  let written = ''
  const write = (line: string) => {
    written += line
  }
  const log = createLog('adapter', 'info', { write })
  const adapter = await createAdapter(config, readAdapterSettings(settings), { log, onProgress })
  if (isFailure(adapter)) throw new Error(JSON.stringify(adapter))
  return { ...adapter, log: () => written }
}

export type Arrived = { messages: IncomingMessage[]; keys(): string[]; stop(): Promise<void> }

/** Everything that is on the topic, and goes on to arrive. A consumer that gives up, as on a broker just started, is made anew. */
export async function collectTopic({ kafka }: Pick<TestHub, 'kafka'>, topic: string): Promise<Arrived> {
  const messages: IncomingMessage[] = []
  const groupId = `test-${topic}-${Math.random()}`
  const stopping = Promise.withResolvers<void>()
  let isStopping = false
  const collecting = (async () => {
    while (!isStopping) {
      const consumption = await kafka.consume({
        groupId,
        topics: [topic],
        handle: async batch => {
          messages.push(...batch.messages)
          return 'done'
        },
      })
      await Promise.race([consumption.crashed, stopping.promise])
      await consumption.stop()
    }
  })()
  return {
    messages,
    keys: () => messages.map(({ key }) => String(key)),
    stop: async () => {
      isStopping = true
      stopping.resolve()
      await collecting
    },
  }
}
