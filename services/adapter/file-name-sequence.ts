/** `sequence: file-name`: which number a file’s name is. Pure. */
import { type Failure, failure, inWords } from '../contract/failure.ts'
import { isDate, isTime } from '../contract/formats/calendar.ts'

/** A day or a month with something between its parts, perhaps with a clock behind it; or a day and a clock without. */
const parted =
  /(?<!\d)(?<year>(?:19|20)\d\d)(?<mark>[-_.年 ])(?<month>\d{1,2})(?:(?:\k<mark>|月)(?<day>\d{1,2})日?)?月?(?:[-_.T ]?(?<clock>\d\d[-_.:时]?\d\d(?:[-_.:分]?\d\d秒?)?)(?![-_.]?\d))?(?!\d)/g
const compact =
  /(?<!\d)(?<year>(?:19|20)\d\d)(?<month>\d\d)(?<day>\d\d)[-_.T ](?<clock>\d\d[-_.:]?\d\d(?:[-_.:]?\d\d)?)(?![-_.]?\d)/g

/**
 * The date in the name as one number, `2026-01-31` as 20260131; without one the longest run of digits, the last of several
 * that are equally long. Failure SOURCE_INVALID where there is none, or where the digits can be read in several ways: the year
 * alone would make all files of the year one version.
 */
export function sequenceInName(name: string): number | Failure {
  const dates = new Set([...name.matchAll(parted), ...name.matchAll(compact)].map(({ groups }) => numberOf(groups!)))
  if (dates.size === 1) return [...dates][0] ?? unclear
  if (dates.size > 1) return unclear
  const runs = name.match(/\d+/g) ?? []
  const longest = runs.reduce((best, run) => (run.length >= best.length ? run : best), '')
  if (/^(19|20)\d\d$/.test(longest) && runs.length > 1) return unclear
  const number = /^\d{1,16}$/.test(longest) ? Number(longest) : Number.NaN
  return Number.isSafeInteger(number) ? number : none
}

function numberOf({ year, month, day, clock = '' }: Record<string, string | undefined>): number | undefined {
  const [mm, dd] = [month!.padStart(2, '0'), day?.padStart(2, '0')]
  if (!isDate(`${year}-${mm}-${dd ?? '01'}`)) return undefined
  const digits = clock.replaceAll(/\D/g, '')
  const time = isTime(`${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4) || '00'}Z`) ? digits : ''
  if (!dd) return time ? undefined : Number(`${year}${mm}`)
  return Number(`${year}${mm}${dd}${time === '' ? '' : time.padEnd(6, '0')}`)
}

const none = failure(
  'SOURCE_INVALID',
  inWords('the file’s name holds no number that could be the sequence', '文件名中没有可用作版本序号的数字'),
)
const unclear = failure(
  'SOURCE_INVALID',
  inWords(
    'the digits of the file’s name can be read in several ways: give it one date, as in marriages-20260131.csv',
    '文件名中的数字有多种读法：请只写一个日期，如 marriages-20260131.csv',
  ),
)
