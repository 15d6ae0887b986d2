import { longestHostname } from '../../contract/formats/host.ts'
import { longestEmail } from '../../contract/formats/mail.ts'
import { longestPointer, longestRegex } from '../../contract/formats/pointer.ts'
import { longestUri } from '../../contract/formats/uri.ts'

/** Of any month 01 to 12 and any day 01 to 31; RFC 3339 narrows it further. */
const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'

const time = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)'
const dayUnits = '(\\d+Y(\\d+M(\\d+D)?)?|\\d+M(\\d+D)?|\\d+D)'
const timeUnits = 'T(\\d+H(\\d+M(\\d+S)?)?|\\d+M(\\d+S)?|\\d+S)'
const atom = "[\\w!#$%&'*+\\-/=?^`{|}~]+"
const label = '[\\dA-Za-z]([\\dA-Za-z\\-]{0,61}[\\dA-Za-z])?'
const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const scheme = '[A-Za-z][A-Za-z\\d+.\\-]*:'
const mark = "[\\w.~!$&'()*+,;=:@/?%\\[\\]\\-]"
/** Of an IRI: anything but white space, control characters, and the marks that no part of one may hold. */
const sign = '[^\\u0000- "<>\\\\^`{|}\\u007f-\\u009f]'

/**
 * The checker's knowledge of each format: a pattern that every text of the format matches, and the length of the longest
 * (for proofs), and some texts of the format (to show). Formats are judged by `contract/formats`; a test holds the samples to it.
 */
type Knowledge = { shape?: string; longest?: number; samples: string[] }
const knowledge: Record<string, Knowledge> = {
  date: { shape: `^${day}$`, samples: ['2024-02-29', '1999-12-31'] },
  time: {
    shape: `^${time}$`,
    samples: ['08:30:00Z', '23:59:59.5+08:00', '23:59:60.25Z', '08:30:00z', '06:07:08-11:45'],
  },
  'date-time': {
    shape: `^${day}[Tt]${time}$`,
    samples: ['2024-02-29T08:30:00Z', '1999-12-31T23:59:59.5+08:00', '2016-12-31T23:59:60Z', '2024-02-29t08:30:00z'],
  },
  duration: {
    shape: `^P(\\d+W|${dayUnits}(${timeUnits})?|${timeUnits})$`,
    samples: ['P1Y6M', 'PT36H', 'P2W', 'P3DT4M5S'],
  },
  email: {
    shape: `^(${atom}(\\.${atom})*|"([ !#-[\\]-~]|\\\\[ -~])*")@(${label}(\\.${label})*|\\[[!-Z^-~]+\\])$`,
    longest: longestEmail,
    samples: [
      'li@example.cn',
      'a.b@example.org',
      '"li si"@example.cn',
      '"a@b"@example.cn',
      'li@[192.0.2.1]',
      'li@localhost',
    ],
  },
  uri: {
    shape: `^${scheme}${mark}*(#${mark}*)?$`,
    longest: longestUri,
    samples: ['https://example.cn/a', 'urn:datarun:x', 'mailto:li@example.cn', 'http://[2001:db8::7]:80/?b#c', 'tel:'],
  },
  'uri-reference': {
    shape: `^${mark}*(#${mark}*)?$`,
    longest: longestUri,
    samples: ['https://example.cn/a', '/a/b?c#d', '../a', '', '#d', '//example.cn'],
  },
  iri: {
    shape: `^${scheme}${sign}*$`,
    longest: longestUri,
    samples: ['https://例子.中国/目录', 'urn:datarun:x', 'https://example.cn/a'],
  },
  'iri-reference': {
    shape: `^${sign}*$`,
    longest: longestUri,
    samples: ['/目录', 'https://例子.中国/目录', 'https://example.cn/a', ''],
  },
  hostname: {
    shape: `^${label}(\\.${label})*$`,
    longest: longestHostname,
    samples: ['data.example.cn', 'localhost', 'xn--4gbwdl.xn--wgbh1c', '1a'],
  },
  ipv4: { shape: `^${octet}(\\.${octet}){3}$`, samples: ['192.0.2.1', '255.255.255.255'] },
  ipv6: { shape: '^[\\da-fA-F:.]{2,45}$', samples: ['2001:db8::7', '::', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8'] },
  'json-pointer': { shape: '^(/([^~/]|~[01])*)*$', longest: longestPointer, samples: ['/a/0', '', '/a~1b', '/人'] },
  'relative-json-pointer': {
    shape: '^(0|[1-9]\\d*)([+-][1-9]\\d*)?(#|(/([^~/]|~[01])*)*)$',
    longest: longestPointer,
    samples: ['0#', '1/a', '0-1/人'],
  },
  regex: { longest: longestRegex, samples: ['^[a-z]+$', '人', ''] },
  uuid: {
    shape: '^[\\da-fA-F]{8}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{12}$',
    samples: ['0b1c2d3e-4f50-4617-8a29-3b4c5d6e7f80', '123e4567-e89b-12d3-a456-426614174000'],
  },
  'resident-id': { shape: '^\\d{17}[\\dX]$', samples: ['11010519491231002X', '440524188001010014'] },
  'person-id': {
    shape: '^(\\d{17}[\\dX]|[a-z]+(-[a-z]+)*(:[A-Z]{3})?:[0-9A-Z]{5,15})$',
    samples: ['11010519491231002X', 'passport:DEU:C01X00T47'],
  },
  uscc: { shape: '^[0-9A-Z]{18}$', samples: ['91350100M000100Y43', '11310000MB3T030357'] },
  'organisation-code': { shape: '^[\\dA-Z]{8}[\\dX]$', samples: ['D2143569X', '000013338'] },
  'division-code': { shape: '^\\d{6}$', samples: ['310115', '110105'] },
  'licence-id': {
    shape: '^1\\.2\\.156\\.3005\\.2\\.[\\dA-Z]{18}\\d{3}\\.[\\dA-Z]{6,18}\\.[\\dA-Z]{1,32}\\.\\d{3}\\.[\\dA-Z]$',
    samples: [
      '1.2.156.3005.2.11100000MB3N0303XM001.11310000MB3T030357.D31000000001.001.N',
      '1.2.156.3005.2.11100000MB3N02029F001.11310000MB3T02024U.J3101152016000123.001.D',
    ],
  },
}

export const knownFormats = Object.keys(knowledge)
export const shapeOfFormat = (format: string): string => knowledge[format]?.shape ?? ''
/** In characters; infinite where the format sets no end. */
export const longestOfFormat = (format: string): number => knowledge[format]?.longest ?? Number.POSITIVE_INFINITY

/** The formats all of whose texts are of the other formats too. */
const wider: Record<string, string[]> = {
  'resident-id': ['person-id'],
  uri: ['uri-reference', 'iri', 'iri-reference'],
  'uri-reference': ['iri-reference'],
  iri: ['iri-reference'],
  ipv4: ['hostname', 'uri-reference', 'iri-reference'],
  uuid: ['hostname', 'uri-reference', 'iri-reference'],
  hostname: ['uri-reference', 'iri-reference'],
}
/** Whether every text of the first format is one of the second. */
export const isWithinFormat = (format: string, other: string): boolean =>
  format === other || (wider[format]?.includes(other) ?? false)
export const samplesOfFormat = (format: string): string[] => knowledge[format]?.samples ?? []
