/** Texts that JSON can write and that nothing of ours can keep. */

/**
 * U+0000, which PostgreSQL cannot hold, and halves of surrogate pairs, which have no canonical JSON (RFC 8785). In valid
 * UTF-8 both can come as escapes alone.
 */
export function holdsUnstorableText(json: string): boolean {
  for (let at = json.indexOf('\\'); at >= 0; at = json.indexOf('\\', at)) {
    const unit = escapedUnit(json, at)
    at += unit === undefined ? 2 : 6
    if (unit === undefined) continue
    if (unit === 0 || isLow(unit)) return true
    if (!isHigh(unit)) continue
    if (!isLow(escapedUnit(json, at))) return true
    at += 6
  }
  return false
}

const escapedUnit = (json: string, at: number): number | undefined =>
  json.startsWith('\\u', at) ? Number.parseInt(json.slice(at + 2, at + 6), 16) : undefined
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number | undefined) => unit !== undefined && unit >= 0xdc00 && unit <= 0xdfff
