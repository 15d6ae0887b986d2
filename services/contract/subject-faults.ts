/** Why a text is no subject's id, for whoever typed or sent it. No sentence repeats the id. */
const documents = 'passport:DEU:C01X00T47, hk-macao-permit:H12345678, taiwan-permit:12345678'

export const subjectFaults = {
  missing: { en: 'Give an id.', zh: '请填写号码。' },
  characters: {
    en: 'An id has digits and the letters A to Z only.',
    zh: '号码只能包含数字和字母 A 至 Z。',
  },
  length: {
    en: `A number that stands alone has 18 characters; this one has more or fewer. Before any other number stands its kind of document: ${documents}.`,
    zh: `单独填写的号码应为 18 位，现位数不符。其他证件须在号码前注明证件种类：${documents}。`,
  },
  'residents-only': {
    en: 'This field takes numbers of 18 characters alone: this one has more or fewer, or is that of another document.',
    zh: '该项仅接受 18 位号码；现位数不符，或为其他证件号码。',
  },
  'organisation-length': {
    en: 'The code of an organisation has 18 characters; this one has more or fewer.',
    zh: '统一社会信用代码应为 18 位，现位数不符。',
  },
  'first-generation': {
    en: 'A number of 15 digits is no longer in use: give the one of 18 characters.',
    zh: '15 位号码已停止使用，请填写 18 位公民身份号码。',
  },
  region: {
    en: 'The first two digits of a person’s id name a province, behind the 9 of a foreigner’s the next two; these name none.',
    zh: '公民身份号码前两位（外国人永久居留身份证号码为首位 9 之后的两位）应为省级行政区划代码，现号码不符。',
  },
  'birth-date': {
    en: 'Characters 7 to 14 of a person’s id are a birth date; there is no such day.',
    zh: '公民身份号码第 7 至 14 位应为出生日期，该日期不存在。',
  },
  'person-check': {
    en: 'The check digit does not fit: a digit of this person’s id is wrong, or two are swapped (GB 11643).',
    zh: '校验码不符：该公民身份号码中有数字错误或两位颠倒（GB 11643）。',
  },
  'organisation-check': {
    en: 'The check character does not fit: a character of this organisation’s code is wrong, or two are swapped (GB 32100). A code that was issued so is lawful once a steward has named it (POST /v1/code-exceptions).',
    zh: '校验码不符：该统一社会信用代码中有字符错误或两位颠倒（GB 32100）。确系登记机关如此核发的，由数据管理员登记为例外后即可使用（POST /v1/code-exceptions）。',
  },
  either: {
    en: 'This could be a person’s id as well as an organisation’s code: say which.',
    zh: '该号码既可能是公民身份号码，也可能是统一社会信用代码，请选择主体类型。',
  },
  document: {
    en: `There is no such kind of document. There are: ${documents}, permanent-residence:USA310185060112; a number of 18 characters stands alone.`,
    zh: `没有该证件种类。可用的写法：${documents}、permanent-residence:USA310185060112；18 位号码单独填写。`,
  },
  state: {
    en: 'Behind passport: stand the three letters of the state that issued it and the number: passport:DEU:C01X00T47. No passports are issued under these letters. Residents of Hong Kong, Macao and Taiwan have hk-macao-permit and taiwan-permit.',
    zh: '护照须注明签发国家三字母代码和号码：passport:DEU:C01X00T47；现代码不是护照签发国代码。港澳台居民请使用 hk-macao-permit、taiwan-permit。',
  },
  passport: {
    en: 'The number of a passport has 5 to 9 characters, digits and capital letters, with a digit among them.',
    zh: '护照号码应为 5 至 9 位大写字母和数字，至少含一位数字。',
  },
  'chinese-passport': {
    en: 'The number of a Chinese passport is one or two letters and digits, 8 or 9 characters in all (E12345678, EA1234567), or 14 or 15 and seven digits.',
    zh: '中国护照号码应为一至两位字母加数字，共 8 或 9 位（如 E12345678、EA1234567），或以 14、15 开头的 9 位数字。',
  },
  'hk-macao-permit': {
    en: 'The number of a permit of Hong Kong and Macao residents is H or M and eight digits.',
    zh: '港澳居民来往内地通行证号码应为 H 或 M 加 8 位数字。',
  },
  'taiwan-permit': {
    en: 'The number of a permit of Taiwan residents has eight digits.',
    zh: '台湾居民来往大陆通行证号码应为 8 位数字。',
  },
  renewals: {
    en: 'The last two digits count renewals of the permit and are not part of the id: leave them out.',
    zh: '号码末两位为换证次数，不属于终身号码，请去掉。',
  },
  'permanent-residence': {
    en: 'The number of a permanent residence card of before 2023 is three letters of the nationality and twelve digits, of a province and a birth date that exist.',
    zh: '2023 年以前的外国人永久居留证号码应为三位国籍字母加 12 位数字，其中省级代码和出生日期须存在。',
  },
  'permanent-residence-check': {
    en: 'The check digit does not fit: a character of this permanent residence card’s number is wrong, or two are swapped.',
    zh: '校验码不符：该外国人永久居留证号码中有字符错误或两位颠倒。',
  },
  'permanent-residence-new': {
    en: 'A permanent residence card’s number of 18 digits begins with 9.',
    zh: '18 位外国人永久居留身份证号码以 9 开头。',
  },
  blank: {
    en: 'The id has white space in it or around it: take it out.',
    zh: '号码前后或中间有空格等空白字符，请去掉。',
  },
  invisible: {
    en: 'The id holds an invisible character, such as one that marks the direction of text: take it out.',
    zh: '号码中含不可见字符，请去掉。',
  },
  'full-width': {
    en: 'The id has full-width characters: write them half-width.',
    zh: '号码含全角字符，请改为半角。',
  },
  'lower-case': {
    en: 'Letters of an id are written in upper case: X, not x.',
    zh: '号码中的字母须大写：应为 X，不是 x。',
  },
  unwritten: {
    en: `Write the id as it is kept: 18 characters alone, or kind of document and number: ${documents}, permanent-residence:USA310185060112.`,
    zh: `号码须按规定写法填写：18 位号码单独填写，其他证件为“种类:号码”：${documents}、permanent-residence:USA310185060112。`,
  },
} as const
export type SubjectFault = keyof typeof subjectFaults
