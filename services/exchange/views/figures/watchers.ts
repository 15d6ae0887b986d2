/**
 * Who watches the overview, each bounded: by caller or address, by kind, and by bytes. The memory held for a reader that
 * does not read cannot be seen from here, so a stream carries so many bytes and is then reset; browsers connect again by
 * themselves.
 */
import type { Socket } from 'node:net'
import { PassThrough, type Readable } from 'node:stream'

/** A caller's id, or the address of somebody unknown. Those who are known keep their places when strangers fill theirs. */
export type Watcher = { who: string; kind: 'known' | 'anonymous' }

type Reader = Watcher & { stream: PassThrough; socket: Socket; written: number }

const most = { known: 200, anonymous: 200 }
const mostOfOne = { known: 5, anonymous: 20 }
const mostBytes = 262_144
const mostWaiting = 65_536

export type Watchers = ReturnType<typeof openWatchers>

export function openWatchers() {
  const readers = new Set<Reader>()
  const count = (fits: (reader: Reader) => boolean) => [...readers].filter(fits).length

  const drop = (reader: Reader) => {
    readers.delete(reader)
    // Ending it would leave what is not read with the system for minutes.
    reader.socket.resetAndDestroy()
  }
  const write = (reader: Reader, text: string) => {
    reader.written += Buffer.byteLength(text)
    reader.stream.write(text)
  }
  return {
    isEmpty: () => readers.size === 0,
    /** A stream that begins with `welcome`; undefined where there is no place for this watcher. */
    add({ who, kind }: Watcher, socket: Socket, welcome: string): Readable | undefined {
      if (count(reader => reader.kind === kind) >= most[kind]) return undefined
      if (count(reader => reader.kind === kind && reader.who === who) >= mostOfOne[kind]) return undefined
      const reader = { who, kind, socket, stream: new PassThrough(), written: 0 }
      readers.add(reader)
      reader.stream.once('close', () => readers.delete(reader))
      write(reader, welcome)
      return reader.stream
    },
    /** Resets those that do not read, and those that have had their bytes: by now they had a tick to read them. */
    sweep(): void {
      for (const reader of readers) {
        const { stream, socket, written } = reader
        const waiting = stream.readableLength + stream.writableLength + socket.writableLength
        if (written >= mostBytes || waiting >= mostWaiting) drop(reader)
      }
    },
    tell(text: string): void {
      for (const reader of readers) write(reader, text)
    },
    end(): void {
      for (const { stream } of readers) stream.end()
    },
  }
}
