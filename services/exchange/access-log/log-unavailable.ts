/**
 * Thrown where the access log cannot be written or published. Whoever meets it answers nothing: LOG_UNAVAILABLE. Messages are
 * for the operators' log and name no one; `words` are the way out for whoever called.
 */
export class LogUnavailable extends Error {
  readonly code = 'LOG_UNAVAILABLE'
  readonly words: Words | undefined
  constructor(message: string, { words, ...options }: ErrorOptions & { words?: Words } = {}) {
    super(message, options)
    this.words = words
  }
}

type Words = { detail: string; detailZh: string }
