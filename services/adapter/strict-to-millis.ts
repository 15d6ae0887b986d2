/**
 * JSONata's `$toMillis` carries what no calendar and no clock has over to the next day or month: 30 February is 1 March. Here
 * it is an error. Pictures are those of XPath's format-dateTime: `[Y0001]-[M01]-[D01]`.
 */
import jsonata, { type Expression } from 'jsonata'
import { isDate } from '../contract/formats/calendar.ts'
import { remembering } from './date-format.ts'

/** Makes the expression's `$toMillis` strict; it then throws with the code D3110, without the text. */
export function registerStrictToMillis(expression: Expression): void {
  const lenient = { bare: jsonata('$toMillis($text)'), pictured: jsonata('$toMillis($text, $picture)') }
  expression.registerFunction(
    'toMillis',
    async (text?: string, picture?: string) => {
      if (text === undefined) return undefined
      const parts = partsOf(text, picture)
      const read = picture === undefined ? lenient.bare : lenient.pictured
      const millis = exist(parts) ? await read.evaluate({}, { text, picture }) : undefined
      if (millis === undefined || isCarried(parts, millis)) throw { code: 'D3110' }
      return millis
    },
    '<s-s?:n>',
  )
}

type Parts = Record<string, string | undefined>

/** A text that does not fit the picture is left to JSONata, which refuses it. */
const partsOf = (text: string, picture: string | undefined): Parts =>
  (picture === undefined ? (isoTime.exec(text) ?? isoDay.exec(text)) : matcherOf(picture).exec(text))?.groups ?? {}

const limits: Record<string, [number, number]> = {
  ...{ H: [0, 23], h: [1, 12], m: [0, 59], s: [0, 59], M: [1, 12], D: [1, 31] },
}

function exist(parts: Parts): boolean {
  for (const [name, part] of Object.entries(parts)) {
    const [least, most] = limits[name] ?? [0, Number.POSITIVE_INFINITY]
    if (part !== undefined && (Number(part) < least || Number(part) > most)) return false
  }
  const { Y, M, D } = parts
  if (Y === undefined || M === undefined || D === undefined) return true
  return isDate([Y.padStart(4, '0'), M.padStart(2, '0'), D.padStart(2, '0')].join('-'))
}

/** Where the month is a word: 31 April came out as the first of May. An offset may move a day by one. */
const isCarried = ({ D, M }: Parts, millis: number) =>
  D !== undefined && M === undefined && Math.abs(new Date(millis).getUTCDate() - Number(D)) > 1 && Number(D) > 28

const isoTime = /^(?<Y>\d{4})-(?<M>\d{2})-(?<D>\d{2})T(?<H>\d{2}):(?<m>\d{2})(:(?<s>\d{2}))?/
const isoDay = /^(?<Y>\d{4})-(?<M>\d{2})-(?<D>\d{2})/
const marker = /(\[\[|\]\]|\[[^\]]*\])/

/** The numbers of the picture as groups by their component; what is written in words or stands elsewhere is anything. */
const matcherOf = remembering((picture: string) => {
  const pieces = picture.split(marker)
  const source = pieces.map((piece, at) => {
    if (at % 2 === 0 || piece === '[[' || piece === ']]')
      return (at % 2 ? piece[0]! : piece).replaceAll(/[$()*+.?[\\\]^{|}/]/g, '\\$&')
    const [, name = '', digits = ''] = /^\[\s*([A-Za-z])([\d#]*)/.exec(piece.replaceAll(/\s/g, '')) ?? []
    const isNumber = /^\[\s*[YMDHhms]\s*[\d#]*\s*(,[^\]]*)?\]$/.test(piece)
    if (!isNumber) return '.*?'
    const touches = pieces[at - 1] === '' || pieces[at + 1] === ''
    return `(?<${name}>\\d${touches && digits.length > 1 ? `{${digits.length}}` : '+'})`
  })
  try {
    return new RegExp(`^${source.join('')}$`, 'u')
  } catch {
    return /(?!)/
  }
})
