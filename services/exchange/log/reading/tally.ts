/**
 * How many keys each group holds, where a key belongs to the group that it was last put into. Only digests of keys are kept
 * (96 bits: of 60 million two are alike once in 10¹³ times). Where they do not fit, a pass goes on with the lower half of
 * digests, and a further pass over the same keys counts the rest. So memory is bounded, whatever the log holds.
 */
import { hash } from 'node:crypto'
import { DigestTable } from './digest-table.ts'

/** 64 MiB: 3 million keys in a pass. */
const mostSlots = 2 ** 22
const range = 2 ** 32

export type Tally = {
  put(key: string, group: number): void
  /** Ends a pass. True: put all keys once more, in the same order and with the same groups. */
  again(): boolean
  /** After the last pass: keys of a group. */
  count(group: number): number
}

/** `most`: slots at most, a power of two. */
export function openTally(most = mostSlots): Tally {
  const counts: number[] = []
  const smallest = Math.min(1_024, most)
  let table = new DigestTable(smallest)
  let [low, high] = [0, range]
  const makeRoom = () => {
    if (table.slots >= most) high = low + (high - low) / 2
    table = table.copy(Math.min(table.slots * 2, most), high)
  }
  return {
    put(key, group) {
      const digest = hash('sha256', key, 'buffer')
      const first = digest.readUInt32LE(0)
      if (first < low || first >= high) return
      table.set([first, digest.readUInt32LE(4), digest.readUInt32LE(8)], group)
      while (table.isFull) makeRoom()
    },
    again() {
      for (const group of table.numbers()) counts[group] = (counts[group] ?? 0) + 1
      if (high === range) return false
      ;[low, high, table] = [high, range, new DigestTable(smallest)]
      return true
    },
    count: group => counts[group] ?? 0,
  }
}
