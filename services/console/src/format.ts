/** Times are the city's, wherever the browser is. */
import { language } from './i18n.ts'

const timeZone = 'Asia/Shanghai'
const locale = () => (language.value === 'zh' ? 'zh-CN' : 'en-GB')

export const showTime = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

export const showDay = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { timeZone, dateStyle: 'medium' }).format(new Date(at))

export const showNumber = (value: number): string => new Intl.NumberFormat(locale()).format(value)

/** `2 minutes ago`, from whole steps of the largest unit that fits. */
export function showAge(at: string, now: Date = new Date()): string {
  const seconds = Math.round((Date.parse(at) - now.getTime()) / 1000)
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const)
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(seconds / size), unit)
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

export const showDuration = (seconds: number): string =>
  seconds < 1 ? `${showNumber(Math.round(seconds * 10_000) / 10)} ms` : `${showNumber(Math.round(seconds * 10) / 10)} s`
