/**
 * The form of a proof of possession (DPoP, RFC 9449 §4.3): rules alone, of which each side asks before it looks at the signature.
 * Words for a caller never repeat what was sent. The English is ASCII without quotes, so that it fits error_description too.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose'

export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const

type ProofKey = { kty: string; crv: string; x: string; y?: string }
export type Proof = { text: string; header: Record<string, unknown>; claims: Record<string, unknown>; key: ProofKey }
export type ProofTrouble = { en: string; zh: string }
/** `url` is the address called as its server knows itself, with or without a query; `now` in seconds since the epoch. */
export type ProvenCall = { method: string; urls: readonly string[]; now: number; tokenHash?: string }

/** Characters. A proof of ours has 500. */
const longest = 4_096
const longestId = 256
/** Seconds, either way: FAPI 2.0 §5.3.2.1 lets nobody further ahead. */
export const proofWindow = 60

const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv']

/** A proof whose form, type, algorithm and kind of key are right, or what is wrong with them. No mathematics is done. */
export function readProof(text: string): Proof | ProofTrouble {
  if (text.length > longest)
    return trouble(`the proof is longer than ${longest} characters`, `证明超过 ${longest} 个字符`)
  const parts = decode(text)
  if (!parts) return trouble('send one proof, a signed JWT in compact form', '请发送一个紧凑格式的已签名 JWT 证明')
  const { header, claims } = parts
  if (header.typ !== 'dpop+jwt') return trouble('typ must be dpop+jwt', 'typ 须为 dpop+jwt')
  if (!proofAlgorithms.some(alg => alg === header.alg)) return algorithm
  const key = keyOf(header)
  return 'en' in key ? key : { text, header, claims, key }
}

/** The first thing that is wrong with what a proof says of the call that it came with. */
export function troubleWithProof({ claims }: Proof, call: ProvenCall): ProofTrouble | undefined {
  const { jti, htm, htu, iat, ath } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > longestId)
    return trouble(`jti must be a text of 1 to ${longestId} characters`, `jti 须为 1 至 ${longestId} 个字符的文本`)
  if (htm !== call.method) return trouble('htm must be the method of this call', 'htm 须为本次调用的方法')
  if (!isCalled(htu, call.urls)) return addressOf(call.urls)
  if (typeof iat !== 'number' || !(Math.abs(call.now - iat) <= proofWindow)) return clock
  if (call.tokenHash !== undefined && ath !== call.tokenHash)
    return trouble(
      'ath must be the SHA-256 of the token sent with it, as base64url',
      'ath 须为随附令牌的 SHA-256（base64url）',
    )
  return undefined
}

const trouble = (en: string, zh: string): ProofTrouble => ({ en, zh })
const algorithm = trouble(
  'alg must be ES256 (kty EC, crv P-256), or EdDSA or Ed25519 (kty OKP, crv Ed25519)',
  'alg 须为 ES256（kty EC、crv P-256），或 EdDSA、Ed25519（kty OKP、crv Ed25519）',
)
const clock = trouble(
  `iat must be the time of signing, within ${proofWindow} seconds of our clock: sign each call anew, and check the clock`,
  `iat 须为签名时间，与服务器时间相差不超过 ${proofWindow} 秒：请为每次调用重新签名，并核对时钟`,
)

function decode(text: string) {
  try {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined
    return { header: decodeProtectedHeader(text) as Record<string, unknown>, claims: decodeJwt(text) }
  } catch {
    return undefined
  }
}

function keyOf({ jwk, alg }: Record<string, unknown>): ProofKey | ProofTrouble {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk))
    return trouble('jwk must be the public key', 'jwk 须为公钥')
  if (privateMembers.some(member => member in jwk))
    return trouble('jwk holds a private key: take that key out of use', 'jwk 含有私钥：请停用该密钥')
  const { kty, crv, x, y } = jwk as Partial<Record<string, unknown>>
  if (alg === 'ES256')
    return kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y) ? { kty, crv, x, y } : algorithm
  return kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x) ? { kty, crv, x } : algorithm
}

/** 32 bytes as base64url. */
const isCoordinate = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{43}$/.test(value)

/** §4.3: without query and fragment, after the normalisations of RFC 3986 §6.2.2 and §6.2.3. */
function isCalled(htu: unknown, urls: readonly string[]): boolean {
  if (typeof htu !== 'string' || !URL.canParse(htu)) return false
  const { origin, pathname, username, password } = new URL(htu)
  const said = withPlainEscapes(origin + pathname)
  return !username && !password && urls.some(url => withPlainEscapes(url.replace(/[?#].*$/s, '')) === said)
}

/** Escapes in upper case, and none where the character may stand for itself. */
const withPlainEscapes = (url: string) =>
  url.replaceAll(/%[0-9a-f]{2}/gi, written => {
    const character = String.fromCharCode(Number.parseInt(written.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : written.toUpperCase()
  })

const addressOf = (urls: readonly string[]) => {
  const origins = [...new Set(urls.map(url => new URL(url).origin))].join(', ')
  return trouble(
    `htu must be the address of this call, without its query, at ${origins}`,
    `htu 须为本次调用的地址（不含查询参数），主机为 ${origins}`,
  )
}
