import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formats } from '../../../../services/contract/formats/index.ts'

const accepted: Record<string, string[]> = {
  date: ['2024-02-29', '2000-02-29', '1949-10-01', '9999-12-31'],
  time: ['09:30:00+08:00', '01:30:00Z', '01:30:00.123456z', '01:30:00.1234567890123Z', '23:59:60Z', '07:59:60+08:00'],
  'date-time': [
    '2026-03-05T09:30:00+08:00',
    '2026-03-05t01:30:00z',
    '2016-12-31T23:59:60Z',
    '2017-01-01t07:59:60.5+08:00',
    '2012-06-30T15:59:60-08:00',
    '9999-12-31T23:59:60Z',
  ],
  duration: ['P1Y6M', 'P2W', 'PT36H', 'P4DT12H30M5S', 'P0D'],
  email: [
    'lin@example.com',
    'a.b+c@sub.example.cn',
    'lin@localhost',
    '"lin lin"@example.com',
    '"a@b"@example.com',
    'lin@[192.0.2.1]',
    'lin@[IPv6:::1]',
    '"a\\"b"@x',
    `${'a'.repeat(64)}@example.com`,
  ],
  uri: [
    'https://datarun.example/x?y=1#z',
    'urn:datarun:taxation.tax-clearance:v1',
    'mailto:lin@example.com',
    'http://[2001:db8::7]:80/',
    'http://[v1.a:b]',
    'tel:',
    'a://@:',
    "x:!$&'()*+,;=%20",
    'file:///etc',
  ],
  'uri-reference': ['', '/a', 'a/b:c', '?', '#', '//example.cn/a', '../a'],
  iri: ['https://例子.中国/目录?甲#乙', 'https://a/?\u{e000}'],
  'iri-reference': ['目录', ''],
  hostname: ['localhost', 'a-b.example.cn', '1a', `${'a'.repeat(63)}.cn`],
  ipv4: ['0.0.0.0', '255.255.255.255', '192.0.2.1'],
  ipv6: ['::', '::1', '1::', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.1', '1:2:3:4:5:6:192.0.2.1', '1::8', 'ABCD::'],
  'json-pointer': ['', '/', '/a~0b~1/0', '/人'],
  'relative-json-pointer': ['0', '1/a', '0#', '2+1/a'],
  regex: ['^[a-z]+$', '(?<=a)b', '\\p{Script=Han}', ''],
  uuid: ['2f1c1f5e-6b0e-4f7e-9a3e-0d2b7c1a9f00', '2F1C1F5E-6B0E-4F7E-9A3E-0D2B7C1A9F00'],
}

const refused: Record<string, string[]> = {
  date: ['2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '2024-4-1', '20240401', '2024-04-01\n'],
  time: ['09:30:00', '24:00:00Z', '09:60:00Z', '09:30:61Z', '09:30:60Z', '09:30:00+0800', '09:30:00+24:00'],
  'date-time': [
    '2026-03-05 09:30:00+08:00',
    '2026-03-05T09:30:00',
    '2026-02-30T09:30:00Z',
    '2026-03-05',
    'T',
    '2024-02-15T23:59:60Z',
    '2016-12-31T07:59:60+08:00',
    '2024-02-28T23:59:60Z',
    '2017-01-01T23:59:60Z',
  ],
  duration: ['P', 'PT', 'P1D2H', 'P1Y2D', 'P1YT', 'PT0.5S', 'P1Y2W', 'p1d', 'P-1D'],
  hostname: ['', '-a', 'a-', 'a_b', 'a..b', 'a.', '例子', `${'a'.repeat(64)}.cn`, Array(64).fill('abc').join('.')],
  ipv4: ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4 ', '1.2.3.'],
  ipv6: [
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1%eth0',
    '1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3.4:5',
    '1:',
  ],
  'uri-reference': ['1:a b', 'a b', '%a', '//[1::', 'http://a:b', ':a', '1a:b', '#a#b'],
  iri: ['/目录', 'https://例 子', 'https://例子/\u{e000}', 'https://a/\ufffe'],
  'iri-reference': ['<a>', '\u0000'],
  'json-pointer': ['a', '/~', '/~2', '#/a'],
  'relative-json-pointer': ['', '-1', '01/a', '/a', '0##'],
  regex: ['(', '[a', '\\a', 'a{2,1}', 'a'.repeat(1_001)],
  email: [
    'lin',
    'lin@',
    '@example.com',
    'lin@exam ple.com',
    `${'a'.repeat(65)}@example.com`,
    'a b@example.com',
    '.a@example.com',
    'a..b@x',
    'a.@x',
    'a@b@x',
    '"a"b"@x',
    'a@-b',
    'a@b_c',
    'a@[192.0.2.300]',
    'a@[',
    '例@例子.中国',
    'a@b\n',
  ],
  uri: [
    '/relative',
    'no spaces here:',
    'https://a b',
    '',
    `https://a.example/${'a'.repeat(8_000)}`,
    'http://a:b',
    '1a:b',
    'http://[1::',
    'http://a#b#c',
    'x:%2',
    'x:é',
    'x:{a}',
    'x:a\n',
    'https://例子',
  ],
  uuid: ['2f1c1f5e6b0e4f7e9a3e0d2b7c1a9f00', '2f1c1f5e-6b0e-4f7e-9a3e-0d2b7c1a9f0', 'urn:uuid:2f1c1f5e'],
}

const rows = (table: Record<string, string[]>) =>
  Object.entries(table).flatMap(([format, texts]) => texts.map(text => [format, text] as const))

describe('the standard formats', () => {
  test.each(rows(accepted))('%s accepts %j', (format, text) => expect(formats[format]!(text)).toBe(true))
  test.each(rows(refused))('%s refuses %j', (format, text) => expect(formats[format]!(text)).toBe(false))

  test('date accepts exactly the days that the calendar has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 9999 }), fc.nat(13), fc.nat(32), (year, month, day) => {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
        const real = new Date(Date.UTC(year, month - 1, day)).toISOString().startsWith(text)
        expect(formats.date!(text)).toBe(real)
      }),
    )
  })

  test('every format answers true or false to any text, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        for (const isOf of Object.values(formats)) expect(typeof isOf(text)).toBe('boolean')
      }),
    )
  })
})

test('no format takes longer than its text: hostile ones of a megabyte are refused as fast as they are read (A3)', () => {
  const hostile = ['a', '1', '-', '.', '@', 'a.', 'a@', '1:', 'http://a', '%aa', '/', 'é', '0000-'].flatMap(part => [
    part.repeat(1_000_000 / part.length),
    `${part.repeat(1_000_000 / part.length)}\n`,
    `http://${part.repeat(1_000_000 / part.length)} `,
    `${part.repeat(1_000_000 / part.length)}@example.com `,
  ])
  for (const [name, isOfFormat] of Object.entries(formats)) {
    expect([name, hostile.filter(text => isOfFormat(text)).length]).toEqual([name, 0])
  }
})
