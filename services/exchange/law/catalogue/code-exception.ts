/**
 * A credit code that fails the check of GB 32100 and is lawful all the same (some registrars issued such before 2016): what a steward says
 * of it, and when they may.
 */

import Type, { type Static } from 'typebox'
import { mayBeException } from '../../../contract/code-exceptions.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { isUscc } from '../../../contract/formats/uscc.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import { closed } from '../../../contract/shapes.ts'

export const exceptionBody = Type.Object(
  {
    code: Type.String({ maxLength: 64, description: 'As the registrar issued it' }),
    reason: Type.String({
      minLength: 5,
      maxLength: 500,
      pattern: '^\\P{Cc}*$',
      description:
        'Why it is lawful, and where that can be seen: a licence, a notice of the registrar; no personal data',
    }),
  },
  closed,
)
export type ExceptionBody = Static<typeof exceptionBody>

export const exceptionAnswer = Type.Object(
  {
    ...exceptionBody.properties,
    department: Type.String({ description: 'Whose steward named it' }),
    namedAt: Type.String({ format: 'date-time' }),
  },
  closed,
)

export type CodeException = ExceptionBody & { department: string; namedBy: string; namedAt: Date }

/** All of them are in the memory of every process and adapter. */
const mostExceptions = 10_000

export function checkException({ code }: ExceptionBody, others: number): Failure | undefined {
  if (isUscc(code)) return failure('STATE_CONFLICT', { pointer: '/code', ...needless })
  if (!mayBeException(code)) return checkSubject({ type: 'organisation', id: code }, '/code')
  return others < mostExceptions ? undefined : failure('TOO_MANY_REQUESTS', full)
}

const needless = inWords(
  'The code passes its check: it is accepted everywhere as it is.',
  '该代码校验码相符，无需登记为例外。',
)
const full = inWords(
  `There are ${mostExceptions} of them; withdraw some first.`,
  `例外代码已达 ${mostExceptions} 个，请先撤销部分。`,
)
