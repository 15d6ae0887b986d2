// Two keys that look the same are two records to the hub, and one to everybody who reads them.
import { expect, test } from '@jest/globals'
import { messageOf, type Publication } from '../../../services/adapter/message.ts'

const publication = {
  system: 'civil-affairs/marriage-registry',
  dataset: 'civil-affairs.trial',
  schema: { version: 1, keyPointer: '/number', key: ['number'], validate: () => undefined },
} as unknown as Publication
const facts = { change: 'issued', sequence: 1, time: '2026-01-01T00:00:00Z' } as const

test.each(['\u200b', '\u202e', '\u00ad', '\ue000', '\ufffd'])(
  'a key with a character that nobody sees, or that one system alone knows, is refused by its place; other texts are not: %j',
  character => {
    const spoilt = { number: `P-1${character}`, name: '张三' }
    expect(messageOf(publication, spoilt, facts)).toMatchObject([{ pointer: '/number', keyword: 'text' }])
    expect(messageOf(publication, { number: 'P-1', name: `张三${character}` }, facts)).toMatchObject({ key: 'P-1' })
  },
)

test.each(['a\0b', 'a\ud800b', 'a\udc00'])(
  'a text that no JSON keeps is refused by its place, whoever made it: %j',
  text => {
    const record = { number: 'P-1', list: [{ name: text }] }
    expect(messageOf(publication, record, facts)).toMatchObject([{ pointer: '/list/0/name', keyword: 'json' }])
    expect(messageOf(publication, { number: 'P-1', name: 'C:\\users \ud83d\ude00' }, facts)).toMatchObject({
      key: 'P-1',
    })
  },
)
