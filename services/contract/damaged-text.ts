/**
 * Texts that programs damaged on their way: spreadsheets, databases, editors, fonts with characters of their own. Pure. The
 * words never repeat the text.
 */
export type Damage = { en: string; zh: string }

/** Joiners are part of a word in these scripts, and of emoji; everywhere else nobody sees them. */
const joined = '\\p{sc=Arab}\\p{sc=Mong}\\p{sc=Tibt}\\p{sc=Deva}\\p{sc=Beng}\\p{M}\\p{ExtPict}\\p{EMod}'
const visibleUse = `\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}\\u200C\\u200D\\u180B-\\u180F`
const hidden = new RegExp(
  `[[\\p{DI}\\u2028\\u2029\\uFFF9-\\uFFFB]--[${visibleUse}]]|(?<![${joined}])[\\u200C\\u200D]|(?<!\\p{sc=Mong})[\\u180B-\\u180F]`,
  'v',
)
const foreign = /[\p{Co}\p{NChar}\uFFFD]/u

/** Most texts have neither: ASCII, Chinese characters and the marks between them. By hand, for a file has millions of cells. */
function mayBeOdd(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isPlain =
      code < 0x7f || (code >= 0x3000 && code <= 0x9fff && code !== 0x3164) || (code >= 0xff01 && code <= 0xff5e)
    if (!isPlain) return true
  }
  return false
}

/** A value that cannot have been meant, though a schema may take it; undefined for all others. The text has no white space around it. */
export function damageIn(text: string): Damage | undefined {
  return strangeCharacterIn(text) ?? artefactsByMark.get(text.charCodeAt(0))?.find(({ pattern }) => pattern.test(text))
}

/** Invisible, or known to one system's own fonts alone: two texts look the same that are not. */
export function strangeCharacterIn(text: string): Damage | undefined {
  if (!mayBeOdd(text)) return undefined
  const unseen = hidden.exec(text)
  if (unseen) {
    const name = nameOf(unseen[0])
    return {
      en: `holds the invisible character ${name} as character ${unseen.index + 1}: delete it at the source and export again`,
      zh: `第 ${unseen.index + 1} 个字符是不可见字符 ${name}：请在源系统中删除该字符后重新导出`,
    }
  }
  const own = foreign.exec(text)
  if (!own) return undefined
  return {
    en: `holds ${nameOf(own[0])} as character ${own.index + 1}, which only one system’s own fonts know: write the character that GB 18030 has for it`,
    zh: `第 ${own.index + 1} 个字符 ${nameOf(own[0])} 是自造字（专用区字符），其他系统无法识别：请改用 GB 18030 中的正式汉字`,
  }
}

const nameOf = (character: string) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

const asText = {
  en: 'set the column to text in the spreadsheet, enter the value anew and export again',
  zh: '请在电子表格中将该列设为“文本格式”，重新录入原值后再导出',
}

/** Marks that spreadsheets and databases write in place of a value. */
const artefacts: readonly (Damage & { pattern: RegExp; marks: string })[] = [
  {
    marks: '0123456789+-',
    pattern: /^[+-]?\d(\.\d+)?[Ee][+-]\d+$|^[+-]?\d\.\d+[Ee]\d+$/,
    en: `is in scientific notation, with digits lost: ${asText.en}`,
    zh: `该值已变成科学计数法，末尾数字已丢失：${asText.zh}`,
  },
  {
    marks: '=',
    pattern: /^="[^"]*"$/,
    en: 'is a formula that only a spreadsheet reads: export the value alone',
    zh: '该值是电子表格公式（="…"）：请只导出值本身',
  },
  {
    marks: "'’",
    pattern: /^['’]\d[\dXx]{5,}$/,
    en: 'begins with the apostrophe by which a spreadsheet marks text: export it without',
    zh: '该值以电子表格的文本标记（单引号）开头：请去掉单引号后导出',
  },
  {
    marks: '#',
    pattern: /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|#+)$/i,
    en: 'is a spreadsheet’s error, not a value: mend the formula or widen the column, and export again',
    zh: '该值是电子表格的错误标记：请修正公式或加宽该列后重新导出',
  },
  {
    marks: 'Nn([<\\',
    pattern: /^(NULL|null|\(null\)|\(NULL\)|\[NULL\]|<null>|<NULL>|\\N)$/,
    en: 'is how a database writes that there is nothing: export it as an empty cell',
    zh: '该值是数据库的空值标记（NULL）：请导出为空单元格',
  },
]
/** By the first character, which for most texts rules all of them out. */
const artefactsByMark = Map.groupBy(
  artefacts.flatMap(artefact => [...artefact.marks].map(mark => ({ ...artefact, mark }))),
  ({ mark }) => mark.charCodeAt(0),
)

/** Why a text that a rule refused is likely wrong, for whoever has to mend it; undefined where nothing is known. */
export const likelyDamage = (text: string): Damage | undefined =>
  damageIn(text) ?? lostDigits(text) ?? likely.find(({ pattern }) => pattern.test(text))

/** A spreadsheet keeps fifteen digits of a number. */
export const lostDigits = (text: string): Damage | undefined => (/^\d{15}0{2,}$/.test(text) ? zeroes : undefined)

const zeroes = {
  en: `its digits after the fifteenth are all 0, as spreadsheets make them: ${asText.en}`,
  zh: `第 15 位以后均为 0，疑似被电子表格当作数字处理：${asText.zh}`,
}

const likely: readonly (Damage & { pattern: RegExp })[] = [
  {
    pattern: /[\uFF01-\uFF5E]/,
    en: 'it holds full-width characters, write them half-width',
    zh: '含全角字符，请改为半角',
  },
  {
    pattern: /^(?=.*\s)[\dXx\s]+$/,
    en: 'it holds blanks between its digits, take them out',
    zh: '数字之间有空格，请去掉',
  },
]
