/** Of any month 01 to 12 and any day 01 to 31; RFC 3339 narrows it further. */
const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'

/**
 * What the checker knows of each format: a pattern that every text of the format matches (for proofs), and some texts of
 * the format (to show). Formats are judged by `contract/formats`; a test holds the samples to it.
 */
const knowledge: Record<string, { shape?: string; samples: string[] }> = {
  date: { shape: `^${day}$`, samples: ['2024-02-29', '1999-12-31'] },
  time: { samples: ['08:30:00Z', '23:59:59.5+08:00'] },
  'date-time': { shape: `^${day}`, samples: ['2024-02-29T08:30:00Z', '1999-12-31T23:59:59.5+08:00'] },
  email: { shape: '@', samples: ['li@example.cn', 'a.b@example.org'] },
  uri: { shape: ':', samples: ['https://example.cn/a', 'urn:datarun:x'] },
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
  'organisation-code': { samples: ['D2143569X', '000013338'] },
  'division-code': { shape: '^\\d{6}$', samples: ['310115', '110105'] },
  'licence-id': {
    shape: '^1\\.2\\.156\\.3005\\.2\\.',
    samples: [
      '1.2.156.3005.2.11100000MB3N0303XM001.11310000MB3T030357.D31000000001.001.N',
      '1.2.156.3005.2.11100000MB3N02029F001.11310000MB3T02024U.J3101152016000123.001.D',
    ],
  },
}

export const knownFormats = Object.keys(knowledge)
export const shapeOfFormat = (format: string): string => knowledge[format]?.shape ?? ''
/** Whether every text of the first format is one of the second. */
export const isWithinFormat = (format: string, other: string): boolean =>
  format === other || (format === 'resident-id' && other === 'person-id')
export const samplesOfFormat = (format: string): string[] => knowledge[format]?.samples ?? []
