// Texts damaged by spreadsheets, databases and fonts of one system's own went on as names and keys without a word.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { damageIn, likelyDamage } from '../../../services/contract/damaged-text.ts'

test.each([
  ['张\u200B伟', '不可见字符 U+200B'],
  ['\u202A31011519900307101X\u202C', '不可见字符 U+202A'],
  ['a\u00ADb', 'U+00AD'],
  ['张\u200D伟', 'U+200D'],
  ['\u3164', 'U+3164'],
  ['李\uE863', '自造字'],
  ['\u{F0000}', '自造字'],
  ['1.10105E+17', '科学计数法'],
  ['-3E+05', '科学计数法'],
  ['3.1011519900307E17', '科学计数法'],
  ['="31011519900307101X"', '公式'],
  ["'31011519900307101X", '单引号'],
  ['#N/A', '错误标记'],
  ['########', '错误标记'],
  ['NULL', 'NULL'],
  ['\\N', 'NULL'],
])('%j is damaged, which is told in both languages', (text, zh) => {
  const damage = damageIn(text)
  expect(damage?.zh).toContain(zh)
  expect(damage?.en).toMatch(/^(holds|is|begins)/)
})

test.each([
  ...['古丽米热·买买提', '李䶮', '赵ḿ', '𠮷野', '葛\u{E0100}', '1E5', "5' 管", '#1', 'Null Island', '=5', 'a\u0001b'],
  ...['👨\u200D👩\u200D👧', 'ئۇ\u200Cچ', 'ᠮᠣᠩᠭᠣᠯ\u180Eᠠ', '５（一）号', ''],
])('%j is a text as it was meant', text => {
  expect(damageIn(text)).toBeUndefined()
})

test('no text of Chinese characters and ASCII letters is damaged, and damage is never told by the text', () => {
  const character = fc.oneof(fc.integer({ min: 0x4e00, max: 0x9fff }), fc.integer({ min: 0x41, max: 0x4d }))
  const text = fc.array(character, { minLength: 1 }).map(codes => String.fromCharCode(...codes))
  fc.assert(
    fc.property(text, fc.constantFrom('\u200B', '\u2066', '\uE000', '\uFEFF', '\u2060'), (plain, odd) => {
      expect(damageIn(plain)).toBeUndefined()
      const { en, zh } = damageIn(`${plain}${odd}${plain}`)!
      if (plain.length > 8) expect(`${en}${zh}`).not.toContain(plain)
    }),
  )
})

test.each([
  ['３１０１', '全角'],
  ['310115199003070000', '文本格式'],
  ['310115 19900307 101X', '空格'],
])('of %j, once it is refused, the likely reason is told', (text, zh) => {
  expect(damageIn(text)).toBeUndefined()
  expect(likelyDamage(text)?.zh).toContain(zh)
})
