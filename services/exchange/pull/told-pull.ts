/** The text that a pull's caller gets: the answer, or the problem in its place. A single pull and one of a bulk call get the same. */
import { type Failure, type FailureCode, failure, inWords, isFailure } from '../../contract/failure.ts'
import { problemOf } from '../platform/http/problem.ts'
import type { PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'

/** `text` is JSON: an answer where `status` is 200, else problem+json. */
export type Told = { status: number; retry: boolean; text: string }

/** `id` of the pull, which is the id of its request too. */
export function tell(id: string, request: PullRequest, answer: PullAnswer | Failure): Told {
  if (isFailure(answer)) return tellFailure(id, answer)
  const refusal = request.dataset === undefined ? undefined : refusalOf(answer)
  if (!refusal) return { status: 200, retry: false, text: JSON.stringify(answer) }
  const { pull, log, results } = answer
  const problem = { ...problemOf(refusal, id), status: 403, wayOut: results[0]?.wayOut, pull, log }
  return { status: 403, retry: false, text: JSON.stringify(problem) }
}

export function tellFailure(id: string, failure: Failure): Told {
  const problem = problemOf(failure, id)
  return { status: problem.status, retry: problem.retry, text: JSON.stringify(problem) }
}

/** A single dataset that was refused is a 403 with the refusal's own code; in a matter it stands among the results. */
function refusalOf({ results: [result] }: PullAnswer): Failure | undefined {
  if (result?.decision !== 'refuse') return undefined
  const { code, detail = '', detailZh = '' } = result
  return failure(code as FailureCode, inWords(detail, detailZh))
}
