/**
 * Keeps out: a file in another encoding than the config says that happens to decode. Two characters of UTF-8 are three of GBK,
 * without an error.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { encodingOf } from '../../../../services/adapter/sources/encoding.ts'

let path: string
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'datarun-encoding-')), 'a.csv')
})
afterAll(() => rm(join(path, '..'), { recursive: true }))

async function found(bytes: Buffer, configured: string) {
  await writeFile(path, bytes)
  return encodingOf(path, bytes.subarray(0, 65_536), configured)
}

const name = fc.array(fc.integer({ min: 0x4e00, max: 0x9fa5 }), { minLength: 1, maxLength: 4 })
const names = fc.array(
  name.map(codes => String.fromCharCode(...codes)),
  { minLength: 1, maxLength: 20 },
)

test('what is whole UTF-8 is never read as GBK, even where each of its bytes would be some character', async () => {
  await fc.assert(
    fc.asyncProperty(names, async all => {
      const refused = await found(Buffer.from(`no,name\n${all.map((one, at) => `${at},${one}`).join('\n')}\n`), 'gbk')
      expect(refused).toMatchObject({ failure: 'SOURCE_INVALID', detail: expect.stringContaining('encoding: utf-8') })
    }),
    { numRuns: 50 },
  )
})

test('the config’s encoding counts for what is none of UTF-8, for ASCII, and not against a mark', async () => {
  expect(await found(iconv.encode('no,name\n1,张伟\n', 'gbk'), 'gbk')).toBe('gbk')
  expect(await found(Buffer.from('no,name\n1,Zhang\n'), 'gbk')).toBe('gbk')
  expect(await found(Buffer.from('\ufeffno,name\n1,张伟\n'), 'gbk')).toBe('utf-8')
  const wide = await found(iconv.encode('no,name\n1,Zhang\n', 'utf-16le'), 'utf-8')
  expect(wide).toMatchObject({ detail: expect.stringContaining('encoding: utf-16le') })
})
