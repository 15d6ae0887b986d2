/** A file of text, piece by piece: memory does not grow with it. */
import { type FileHandle, open } from 'node:fs/promises'
import { type Failure, isFailure } from '../../contract/failure.ts'
import { encodingOf } from './encoding.ts'

const chunkBytes = 65_536

/** `isLast`: nothing follows; `hasLineEnd`: the file ends with one. */
export type Chunk = { text: string; isLast: boolean; hasLineEnd: boolean; isGb: boolean }

/**
 * Node's own decoder knows GB 18030 in the edition of 2022, the one in force; iconv-lite 0.7 decodes that of 2005. Bytes
 * that do not fit the encoding become U+FFFD.
 */
export async function* decodedChunks(path: string, configured: string | undefined): AsyncGenerator<Chunk | Failure> {
  const file = await open(path)
  const read = alternating(file)
  try {
    let bytes = await read()
    const encoding = await encodingOf(path, bytes, configured)
    if (isFailure(encoding)) return yield encoding
    const decoder = new TextDecoder(encoding)
    const isGb = encoding.startsWith('gb')
    let isStart = true
    let last = ''
    while (bytes.length > 0) {
      const next = read()
      next.catch(() => {}) // Told where it is awaited, unless the reading ends before.
      const text = decoder.decode(bytes, { stream: true })
      const content = isStart ? text.replace(/^\uFEFF+/, '') : text
      isStart &&= text === ''
      last = content.at(-1) ?? last
      yield { text: content, isLast: false, hasLineEnd: false, isGb }
      bytes = await next
    }
    const text = decoder.decode()
    yield { text, isLast: true, hasLineEnd: /[\r\n]/.test(text.at(-1) ?? last), isGb }
  } finally {
    await file.close()
  }
}

/** The next bytes, none at the end. They hold until the next but one are asked for, so that one piece is read while another is dealt with. */
function alternating(file: FileHandle): () => Promise<Buffer> {
  let [buffer, other] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)]
  return async () => {
    const taken = buffer
    buffer = other
    other = taken
    const { bytesRead } = await file.read(taken)
    return taken.subarray(0, bytesRead)
  }
}
