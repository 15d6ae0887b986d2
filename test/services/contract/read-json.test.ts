/** Keeps out: a number, a member or a text that is altered in silence while JSON is read (636507967185264641 kept as …264600). */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isKeptExactly } from '../../../services/contract/exact-number.ts'
import { deepestJson, violationOfFlaw } from '../../../services/contract/json-flaws.ts'
import { readJson, readJsonBytes, readRecordBytes } from '../../../services/contract/read-json.ts'

/** The exact value as a fraction of whole numbers: numerator and power of ten. */
type Exact = { digits: bigint; power: number }
function exactOf(decimal: string): Exact {
  const [mantissa, exponent = '0'] = decimal.toLowerCase().split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  return { digits: BigInt(whole + fraction), power: Number(exponent) - fraction.length }
}
const isEqual = (one: Exact, other: Exact): boolean => {
  const least = Math.min(one.power, other.power)
  const scaled = ({ digits, power }: Exact) => digits * 10n ** BigInt(power - least)
  return one.digits === 0n || other.digits === 0n ? one.digits === other.digits : scaled(one) === scaled(other)
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`))
const whole = fc.oneof(
  fc.constantFrom('0', '9007199254740993', '9007199254740992', '636507967185264641', '123456789012345678901234567890'),
  digits(24).map(text => text.replace(/^0+(?=.)/, '')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => String(Math.abs(value)).split(/[.e]/)[0]!),
)
const written = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '-'),
      whole,
      fc.option(fc.oneof(digits(24), fc.constantFrom('0', '000', '50', '1'))),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), fc.oneof(fc.nat(20), fc.nat(420)))),
    )
    .map(([sign, number, fraction, exponent]) =>
      [sign, number, fraction === null ? '' : `.${fraction}`, exponent ? exponent.join('') : ''].join(''),
    ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
)

test('a number is kept exactly when the shortest decimal of its double denotes the same value', () => {
  fc.assert(
    fc.property(written, text => {
      const value = Number(text)
      const expected = Number.isFinite(value) && isEqual(exactOf(text), exactOf(String(value)))
      expect([text, isKeptExactly(text)]).toEqual([text, expected])
    }),
    { numRuns: 5_000 },
  )
})

test.each([
  ['1.0', true],
  ['1e2', true],
  ['1.50', true],
  ['-0', true],
  ['-0.0e5', true],
  ['0e999999999999', true],
  ['5e-324', true],
  ['1e22', true],
  ['636507967185264641', false],
  ['1e400', false],
  ['-1e400', false],
  ['1e-400', false],
  ['0.10000000000000001', false],
  ['9007199254740993', false],
  [`1${'0'.repeat(400)}`, false],
  [`1.${'0'.repeat(100_000)}`, true],
])('%.30s is kept: %s', (text, kept) => expect(isKeptExactly(text)).toBe(kept))

/** A document with its text written by hand, so that numbers stand as drawn and members may stand twice. */
type Drawn = { text: string; spots: string[] }
const name = fc.constantFrom(
  'a',
  'b',
  'name',
  '证件',
  '31011519900307101X',
  '__proto__',
  'constructor',
  'prototype',
  '"\\',
  '',
)
const leaf: fc.Arbitrary<(place: string) => Drawn> = fc.oneof(
  written.map(text => (place: string) => ({ text, spots: isKeptExactly(text) ? [] : [`number ${place}`] })),
  fc
    .constantFrom(
      'null',
      'true',
      '"x"',
      '"12345678901234567890"',
      '"a:b,{}"',
      '"\\""',
      '"\\\\"',
      '"中"',
      '"\\ud83d\\ude00"',
    )
    .map(text => () => ({ text, spots: [] })),
  fc.constantFrom('"\\u0000"', '"\\ud800"').map(text => (place: string) => ({ text, spots: [`text ${place}`] })),
)
const blank = fc.constantFrom('', ' ', '\n\t')
const { document } = fc.letrec<{ document: (place: string) => Drawn }>(tie => ({
  document: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.tuple(fc.array(tie('document'), { maxLength: 4 }), blank).map(([items, gap]) => (place: string) => {
      const drawn = items.map((item, at) => item(`${place}/${at}`))
      return { text: `[${drawn.map(one => one.text).join(`${gap},${gap}`)}]`, spots: drawn.flatMap(one => one.spots) }
    }),
    fc.tuple(fc.array(fc.tuple(name, tie('document')), { maxLength: 4 }), blank).map(
      ([members, gap]) =>
        (place: string) =>
          drawnObject(members, place, gap),
    ),
  ),
}))

function drawnObject(members: [string, (place: string) => Drawn][], place: string, gap: string): Drawn {
  const seen = new Set<string>()
  const spots: string[] = []
  const texts = members.map(([key, member]) => {
    const at = `${place}/${key}`
    if (seen.has(key)) spots.push(`duplicate ${at}`)
    seen.add(key)
    const inner = member(at)
    spots.push(...inner.spots)
    const isObject = inner.text.startsWith('{') && Object.hasOwn(JSON.parse(inner.text), 'prototype')
    if (key === '__proto__' || (key === 'constructor' && isObject)) spots.push(`name ${at}`)
    return `${JSON.stringify(key)}${gap}:${gap}${inner.text}`
  })
  return { text: `{${texts.join(`${gap},`)}}`, spots }
}

test('a document is read as JSON.parse reads it, or refused at exactly those places that would be altered', () => {
  fc.assert(
    fc.property(document, draw => {
      const { text, spots } = draw('')
      const read = readJson(text)
      const told = read.flaws?.map(({ keyword, tokens }) => [keyword, ['', ...tokens].join('/')].join(' ')) ?? []
      expect(told.toSorted()).toEqual(spots.toSorted())
      if (!read.flaws) expect(read.value).toEqual(JSON.parse(text))
    }),
    { numRuns: 5_000 },
  )
})

test('a record that is kept as text is refused for what any other JSON is, also as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(document, draw => {
      const { text } = draw('')
      for (const form of [text, JSON.stringify(JSON.parse(text))]) {
        const { flaws, value } = readJson(form) as { flaws?: object[]; value?: object }
        const expected = flaws ? { flaws } : { value, written: JSON.stringify(value) }
        expect(readRecordBytes(Buffer.from(form))).toEqual(expected)
      }
    }),
    { numRuns: 5_000 },
  )
  const deep = `${'[{"a":'.repeat(30)}1${'}]'.repeat(30)}`
  expect(readRecordBytes(Buffer.from(deep))).toEqual({ value: JSON.parse(deep), written: undefined })
})

test('any text at all is read or refused, and what is refused names no member that may be personal', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"31011519900307101X"', '1e400', '\\', 'null', ' ')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map(all => all.join('')),
      ),
      text => {
        const { flaws = [] } = readJson(text) as { flaws?: Parameters<typeof violationOfFlaw>[0][] }
        for (const flaw of flaws) expect(JSON.stringify(violationOfFlaw(flaw))).not.toContain('31011519900307101X')
      },
    ),
    { numRuns: 3_000 },
  )
})

test('nesting beyond the limit is refused, whatever its depth, and within it is read', () => {
  const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`
  expect(readJson(nested(deepestJson))).toEqual({ value: JSON.parse(nested(deepestJson)) })
  for (const depth of [deepestJson + 2, 4_400, 400_000]) {
    expect(readJson(nested(depth)).flaws).toMatchObject([
      { keyword: 'depth', tokens: [0, 'a', 0, 'a', 0, 'a', 0, 'a'] },
    ])
  }
  expect(readJson(`[1, ${nested(4_400)}, {"b": 1e400}]`).flaws).toMatchObject([
    { tokens: [1, 0, 'a', 0, 'a', 0, 'a', 0] },
    { tokens: [2, 'b'] },
  ])
})

test('a byte order mark is passed over, and what is not UTF-8 is named', () => {
  expect(readJsonBytes(Buffer.from('\ufeff{"a":1}'))).toEqual({ value: { a: 1 } })
  expect(readJsonBytes(Buffer.from([0xd5, 0xc5])).flaws).toMatchObject([{ keyword: 'json', message: 'is not UTF-8' }])
})

test('a text of a megabyte that is wrong at its end costs less than five seconds', () => {
  const started = performance.now()
  expect(readJson(`[${'1,'.repeat(500_000)}1e400]`).flaws).toMatchObject([{ tokens: [500_000] }])
  expect(readJson(`{"a":"${'\\"'.repeat(500_000)}","b":1e400}`).flaws).toMatchObject([{ tokens: ['b'] }])
  expect(readJson(`{"a":"${'\\\\'.repeat(500_000)}","b":1${'0'.repeat(500_000)}1}`).flaws).toHaveLength(1)
  expect(performance.now() - started).toBeLessThan(5_000)
})
