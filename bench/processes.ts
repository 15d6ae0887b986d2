/** Resources that processes have used, read from /proc: processor time of a whole family, and peak memory. Linux only. */
import { readdir, readFile, writeFile } from 'node:fs/promises'

const ticksPerSecond = 100

type Stat = { pid: number; parent: number; ticks: number }

/** `ticks` counts the children that have ended, too. */
async function readStat(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (!text) return undefined
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  return { pid, parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! }
}

/** Processor seconds of a process and of everything it started. */
export async function cpuSeconds(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const stats = (await Promise.all(pids.map(readStat))).filter(stat => stat !== undefined)
  const family = new Set([pid])
  for (let before = 0; before < family.size; ) {
    before = family.size
    for (const stat of stats) if (family.has(stat.parent)) family.add(stat.pid)
  }
  return stats.reduce((sum, stat) => sum + (family.has(stat.pid) ? stat.ticks : 0), 0) / ticksPerSecond
}

/** Forgets the peak so far, so that the next one is that of what follows. */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
}

/** Peak resident memory in MiB. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
}

/** Processor seconds that each of the named processes used while `work` ran. */
export async function watchCpu<T>(
  pids: Record<string, number>,
  work: () => Promise<T>,
): Promise<{ outcome: T; cpu: Record<string, number> }> {
  const read = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(pids).map(async ([name, pid]) => [name, await cpuSeconds(pid)])),
    )
  const before: Record<string, number> = await read()
  const outcome = await work()
  const after: Record<string, number> = await read()
  return { outcome, cpu: Object.fromEntries(Object.keys(pids).map(name => [name, after[name]! - before[name]!])) }
}
