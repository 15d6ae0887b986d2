/** How a text of a format is written, for the error that refuses one: the name of the format alone helps nobody. */
type Words = { en: string; zh: string }

const written: Record<string, Words> = {
  date: { en: 'write a day that exists as 2026-01-31', zh: '请填写存在的日期，形如 2026-01-31' },
  'date-time': {
    en: 'write date, time and offset as 2026-01-31T08:00:00+08:00',
    zh: '请填写日期、时间和时区，形如 2026-01-31T08:00:00+08:00',
  },
}
/** In an address a plus sign stands for a blank, so that an offset that is sent as it is arrives without it. */
const inAddress: Words = { en: ', with the + as %2B', zh: '，其中 + 须写作 %2B' }

/** `context` is ajv's place of the text: body, querystring, params, headers. */
export function formatWords(format: unknown, context: string): Words | undefined {
  const words = written[String(format)]
  if (!words || format !== 'date-time' || context !== 'querystring') return words
  return { en: words.en + inAddress.en, zh: words.zh + inAddress.zh }
}
