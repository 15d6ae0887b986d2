/**
 * Standard error as the operators' log needs it: whoever reads it may stop reading, and its disk may be full, without stopping
 * the process or growing its memory. Lines that cannot be written are lost, counted, and told once there is room again.
 */
import { fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { DestinationStream } from 'pino'

export type LogDestination = DestinationStream & {
  /** Lines that could not be written since the start. */
  lost(): number
}

/** Bytes that wait for a reader at most. */
const mostWaiting = 1_048_576

/** `fd` is written to as long as the process lives. `now`: milliseconds, for the line that tells of a loss. */
export function openLogDestination(fd: number, now: () => number): LogDestination {
  const kind = fstatSync(fd)
  let lost = 0
  let told = 0
  const write = kind.isFIFO() || kind.isSocket() ? writeToPipe(fd) : writeToFile(fd)
  return {
    lost: () => lost,
    write(line) {
      if (!write(lost > told ? lossOf(lost - told, now()) + line : line)) lost += 1
      else told = lost
    },
  }
}

const lossOf = (lines: number, time: number) =>
  `${JSON.stringify({ level: 40, time, lines, msg: 'log lines were lost: standard error took no more' })}\n`

type Write = (text: string) => boolean

/** A pipe is written to without waiting for its reader; a disk never makes one wait, it takes a line or refuses it. */
function writeToPipe(fd: number): Write {
  let isBroken = false
  const socket = new Socket({ fd, readable: false, writable: true })
  socket.on('error', () => {
    isBroken = true
  })
  socket.unref()
  return text => {
    if (isBroken || socket.writableLength >= mostWaiting) return false
    socket.write(text)
    return true
  }
}

function writeToFile(fd: number): Write {
  /** A full disk may take the beginning of a line. */
  let endsTorn = false
  return text => {
    const bytes = Buffer.from(endsTorn ? `\n${text}` : text)
    try {
      const written = writeSync(fd, bytes)
      endsTorn = written < bytes.length
      return !endsTorn
    } catch {
      return false
    }
  }
}
