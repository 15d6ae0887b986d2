/** Whether a public JWK (RFC 7517, 7518 §6, 8037) can verify anything: an impossible key would be found out at the first token. */
import { createPublicKey, type JsonWebKey } from 'node:crypto'

export type PublicKey = { kty?: string; crv?: string; x?: string; y?: string; alg?: string; kid?: string }
/** `member` is where in the key; `is` goes on after its name. */
export type KeyTrouble = { member: string; is: { en: string; zh: string } }

/** The algorithm of a key (RFC 7518 §3.1). Ed25519 has an old name (RFC 8037) and a new one (RFC 9864); a key may ask for the new. */
export const signingAlgorithm = ({ kty, alg }: PublicKey): 'ES256' | 'EdDSA' | 'Ed25519' =>
  kty === 'EC' ? 'ES256' : alg === 'Ed25519' ? alg : 'EdDSA'

const trouble = (member: string, en: string, zh: string): KeyTrouble => ({ member, is: { en, zh } })
const offCurve = [
  'is no point of its curve, in 32 bytes as base64url',
  '不是该曲线上的点（32 字节，base64url 编码）',
] as const

/** The first thing that is wrong with a P-256 or Ed25519 key, undefined where nothing is. */
export function troubleWithKey({ kty, crv, x, y, alg }: PublicKey): KeyTrouble | undefined {
  const isEc = kty === 'EC'
  if (crv !== (isEc ? 'P-256' : 'Ed25519')) return trouble('crv', 'does not belong to its kty', '与 kty 不符')
  if (alg !== undefined && (alg === 'ES256') !== isEc)
    return trouble('alg', 'does not belong to its kty', '与 kty 不符')
  if (isEc !== (y !== undefined))
    return trouble('y', isEc ? 'is missing' : 'has no place here', isEc ? '缺失' : '不应出现')
  if (!isCoordinate(x)) return trouble('x', ...offCurve)
  if (!isEc) return isOnEd25519(x) ? undefined : trouble('x', ...offCurve)
  if (!isCoordinate(y)) return trouble('y', ...offCurve)
  return isOnP256({ kty, crv, x, y } as JsonWebKey) ? undefined : trouble('x', ...offCurve)
}

/** 32 bytes, written in the one way there is. */
const isCoordinate = (text: string | undefined): text is string =>
  text !== undefined && Buffer.from(text, 'base64url').length === 32 && toText(Buffer.from(text, 'base64url')) === text
const toText = (bytes: Buffer) => bytes.toString('base64url')

function isOnP256(key: JsonWebKey): boolean {
  try {
    createPublicKey({ key, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

const p = 2n ** 255n - 19n
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** RFC 8032 §5.1.3: y is below p and (y² − 1) / (dy² + 1) has a root. OpenSSL takes any 32 bytes. */
function isOnEd25519(x: string): boolean {
  const bytes = Buffer.from(x, 'base64url').reverse()
  bytes[0]! &= 0x7f
  const y = BigInt(`0x${bytes.toString('hex')}`)
  if (y >= p) return false
  const square = ((y * y - 1n + p) * power(d * y * y + 1n, p - 2n)) % p
  // Euler: a square to the power (p − 1) / 2 is 1. The root 0 belongs to the points of order 1 and 2, which verify nothing.
  return power(square, (p - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % p]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p
    square = (square * square) % p
  }
  return result
}
