/** The HTTP intake of an adapter of its own process, under load from another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import { freePort } from '../../services/local/ports.ts'
import type { Stand } from './stand.ts'

const token = 'bench-token-of-more-than-32-characters'
const batch = 100
const warmUpSeconds = 2

/** Batches of 100 over 8 connections; the records are those of the messages. */
export async function measureIntake(stand: Stand, messages: OutgoingMessage[], seconds: number) {
  const { child, url } = await startIntake(stand)
  const requests = Array.from({ length: 200 }, (_, nth) => ({
    method: 'POST' as const,
    path: '/records',
    body: bodyOf(messages.slice(nth * batch, nth * batch + batch)),
  }))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const load = (duration: number) => autocannon({ url, connections: 8, workers: 1, duration, headers, requests })
  await load(warmUpSeconds)
  const before = await figuresOf(url)
  const { latency, duration, non2xx, errors } = await load(seconds)
  const after = await figuresOf(url)
  child.kill('SIGTERM')
  const records = after.records - before.records
  return {
    recordsPerSecond: records / duration,
    cost: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / records,
    p50: latency.p50,
    p99: latency.p99,
    memory: after.memory,
    bad: non2xx + errors,
  }
}

const bodyOf = (messages: OutgoingMessage[]) => `[${messages.map(({ value }) => value.toString()).join()}]`

async function startIntake(stand: Stand): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort()
  const { csv: _csv, mapping: _mapping, event: _event, ...bare } = stand.config
  await writeFile(stand.configFile, JSON.stringify({ ...bare, intake: { port } }))
  const env = { ...(await stand.freshSettings()), DATARUN_INTAKE_TOKEN: token }
  const child = spawn(process.execPath, ['services/adapter/main.ts', stand.configFile], { env, stdio: 'inherit' })
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) await sleep(50)
  return { child, url }
}

async function figuresOf(url: string) {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter(line => !line.startsWith('#'))
  const figure = (...parts: string[]) =>
    Number(
      lines
        .find(line => parts.every(part => line.includes(part)))
        ?.split(' ')
        .at(-1),
    )
  return {
    records: figure('datarun_adapter_records_total{', 'published'),
    cpuSeconds: figure('process_cpu_seconds_total '),
    memory: figure('process_resident_memory_bytes '),
  }
}
