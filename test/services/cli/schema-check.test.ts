import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../../services/local/places.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-schema-'))
  const closed = (properties: unknown) => JSON.stringify({ type: 'object', properties, additionalProperties: false })
  await writeFile(join(folder, 'old.json'), closed({ name: { type: 'string', maxLength: 20 } }))
  await writeFile(
    join(folder, 'wider.json'),
    closed({ name: { type: 'string', maxLength: 30 }, note: { type: 'string' } }),
  )
  await writeFile(join(folder, 'narrower.json'), closed({ name: { type: 'string', maxLength: 3 } }))
  await writeFile(join(folder, 'altered.json'), '{"properties": {"name": {"const": 636507967185264641}}}')
  await writeFile(join(folder, 'twice.json'), '{"type": "object", "type": "string"}')
  await writeFile(join(folder, 'refused.json'), '{"$async": true}')
  const definitions = { Name: { type: 'string', maxLength: 20 } }
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', definitions, $ref: '#/definitions/Name' }
  await writeFile(join(folder, 'draft7.json'), JSON.stringify(draft7))
})
afterAll(() => rm(folder, { recursive: true }))

const check = (...args: string[]) => run('check', ...args)
function run(verb: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const files = args.map(arg => (arg.endsWith('.json') ? join(folder, arg) : arg))
  const command = [join(repository, 'services/cli/main.ts'), 'schema', verb, ...files]
  return new Promise(resolve =>
    execFile(process.execPath, command, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err })),
  )
}

test('a compatible schema ends with 0, and says what changed', async () => {
  const { code, out } = await check('old.json', 'wider.json')
  expect(code).toBe(0)
  expect(out).toMatch(/^Compatible/)
  expect(out).toContain('/properties/name/maxLength  max_length_increased')
})

test('an incompatible one ends with 1, and shows a record that would be lost', async () => {
  const { code, out } = await check('old.json', 'narrower.json')
  expect(code).toBe(1)
  expect(out).toContain('lost, for example: {"name":"xxxx"}')
  expect(out).toContain('最大长度限制由 20 降低到 3')
})

test('a constant that no double keeps is refused by its place, and so is a member that stands twice', async () => {
  expect(await check('old.json', 'altered.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('altered.json /properties/name/const is a number that cannot be kept exactly'),
  })
  expect((await check('twice.json', 'old.json')).err).toContain('twice.json /type stands twice')
})

test('--json and --mode are for scripts', async () => {
  const { code, out } = await check('old.json', 'wider.json', '--mode', 'FULL', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    verdict: 'incompatible',
    comparisons: [{ direction: 'backward' }, { direction: 'forward' }],
  })
})

test('wrong use ends with 2, and names the file and the spot', async () => {
  expect(await check('old.json', 'refused.json')).toMatchObject({ code: 2, err: expect.stringContaining('/$async') })
  expect(await check('old.json', 'missing.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('missing.json cannot be read'),
  })
  expect((await check('old.json', 'wider.json', '--mode', 'SIDEWAYS')).code).toBe(2)
})

test('convert writes a schema of another draft as the hub takes it, or names what it cannot', async () => {
  const { code, out } = await run('convert', 'draft7.json')
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { Name: { type: 'string', maxLength: 20 } },
      $ref: '#/$defs/Name',
    },
  ])
  const { code: refused, err } = await check('old.json', 'draft7.json')
  expect([refused, err]).toEqual([2, expect.stringContaining(`datarun schema convert ${join(folder, 'draft7.json')}`)])
  expect(await run('convert', 'refused.json')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('/$async'),
  })
})
