/**
 * Whether an error is our surroundings' fault (connection, shutdown, resources, lock time-outs: try again) rather than the
 * data's. Classes of SQLSTATE: 08 connection, 53 resources, 57P operator intervention, 55P03 lock, 40 serialization,
 * 25P03 cut off, 25006 a server that only reads (a standby that has not taken over).
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') {
    return (
      /^(08|53|57P|40)/.test(code) || /^(55P03|57014|25P03|25006|ECONN|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH)/.test(code)
    )
  }
  // The driver's own have no code. A SyntaxError may quote a record, in which any of these words may stand.
  return error.name === 'Error' && /connection|timeout|not queryable|client was closed/i.test(error.message)
}
