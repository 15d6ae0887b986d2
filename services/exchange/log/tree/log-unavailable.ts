import { FailureThrown, failure } from '../../../contract/failure.ts'

/**
 * Thrown where the access log cannot be written or published: nothing is answered then. Messages are for the operators' log
 * and name no one; `words` are the way out for the caller.
 */
export class LogUnavailable extends FailureThrown {
  constructor(message: string, { words, ...options }: ErrorOptions & { words?: Words } = {}) {
    super(failure('LOG_UNAVAILABLE', words), message, options)
  }
}

type Words = { detail: string; detailZh: string }
