/** Thrown where the access log cannot be written or published. Whoever meets it answers nothing: LOG_UNAVAILABLE. */
export class LogUnavailable extends Error {
  readonly code = 'LOG_UNAVAILABLE'
}
