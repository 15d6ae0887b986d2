import { withoutUnseen } from '../../../contract/read-subject.ts'

/** Signs that systems write between the parts of a name (阿依夏木·买买提): the one of the national standards, and what stands in for it. */
const middleDots = /[\u2022\u2024\u2027\u2219\u22c5\u25cf\u30fb.]/gu

/**
 * A name as it is compared: two that differ in width, in blanks, in capitals or in the sign between their parts are one name.
 * A character written otherwise (燕, 艳) is another name. For comparing alone: it is neither stored nor shown.
 */
export const comparableName = (name: string): string =>
  withoutUnseen(name.normalize('NFKC')).replace(middleDots, '·').toUpperCase()
