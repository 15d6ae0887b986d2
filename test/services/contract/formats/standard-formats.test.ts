import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formats } from '../../../../services/contract/formats/index.ts'

const accepted: Record<string, string[]> = {
  date: ['2024-02-29', '2000-02-29', '1949-10-01', '9999-12-31'],
  time: ['09:30:00+08:00', '01:30:00Z', '01:30:00.123456z', '23:59:60Z', '07:59:60+08:00'],
  'date-time': ['2026-03-05T09:30:00+08:00', '2026-03-05t01:30:00z', '2016-12-31T23:59:60Z'],
  email: ['lin@example.com', 'a.b+c@sub.example.cn'],
  uri: ['https://datarun.example/x?y=1#z', 'urn:datarun:taxation.tax-clearance:v1', 'mailto:lin@example.com'],
  uuid: ['2f1c1f5e-6b0e-4f7e-9a3e-0d2b7c1a9f00', '2F1C1F5E-6B0E-4F7E-9A3E-0D2B7C1A9F00'],
}

const refused: Record<string, string[]> = {
  date: ['2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '2024-4-1', '20240401', '2024-04-01\n'],
  time: ['09:30:00', '24:00:00Z', '09:60:00Z', '09:30:61Z', '09:30:60Z', '09:30:00+0800', '09:30:00+24:00'],
  'date-time': ['2026-03-05 09:30:00+08:00', '2026-03-05T09:30:00', '2026-02-30T09:30:00Z', '2026-03-05', 'T'],
  email: ['lin', 'lin@', '@example.com', 'lin@exam ple.com', `${'a'.repeat(250)}@example.com`],
  uri: ['/relative', 'no spaces here:', 'https://a b', '', `https://a.example/${'a'.repeat(2048)}`],
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
