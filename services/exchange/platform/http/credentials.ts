/** The Authorization header, and what a caller is asked for whose own does not do. */
import type { FastifyRequest } from 'fastify'
import { proofAlgorithms } from '../../../contract/dpop-proof.ts'
import { type Failure, type FailureCode, failure, inWords } from '../../../contract/failure.ts'
import type { Login } from '../identity/reader-login.ts'

export type Credentials = { scheme: 'Bearer' | 'DPoP'; token: string } | ({ scheme: 'Basic' } & Login)

/** RFC 6750 §2.1 and RFC 9449 §7.1, to the letter: text after a token would make many callers of one. */
const oneToken = /^(Bearer|DPoP) +([\w\-.~+/]+=*)$/i
const basic = /^Basic +([\w+/-]+=*)$/i

/** The token and how it was sent, or the reader's secret; undefined where none was, or why it is none. In Basic a token may be the password. */
export function credentialsOf({ headers, routeOptions, ip }: FastifyRequest): Credentials | Failure | undefined {
  const { authorization = '' } = headers
  const [, scheme = '', token] = oneToken.exec(authorization) ?? []
  if (token) return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token }
  if (/^(Bearer|DPoP) ./i.test(authorization)) return failure('TOKEN_INVALID', oneTokenAlone)
  const [, credentials] = (routeOptions.config.basic && basic.exec(authorization)) || []
  if (!credentials) return undefined
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const [, name, password] = /^([^:]*):(.+)$/s.exec(pair) ?? []
  if (name === undefined || password === undefined) return undefined
  if (isJwt.test(password)) return { scheme: 'Bearer', token: password }
  return { scheme: 'Basic', name, secret: password, from: ip }
}

/** A reader's secret has no dots. */
const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/

const oneTokenAlone = inWords(
  'Send "Bearer" or "DPoP", a space and the token, nothing more.',
  '请仅发送 “Bearer” 或 “DPoP”、一个空格和令牌。',
)

const errors: Partial<Record<FailureCode, string>> = {
  TOKEN_INVALID: 'invalid_token',
  PROOF_REQUIRED: 'invalid_token',
  PROOF_INVALID: 'invalid_dpop_proof',
}

/** WWW-Authenticate of a 401 (RFC 6750 §3, RFC 9449 §7.1): both schemes, the error with the one that was used or is to be. */
export function challengeOf({ failure: code }: Failure, sent: Credentials['scheme'] = 'Bearer'): string {
  const error = errors[code] === undefined ? '' : `error="${errors[code]}"`
  const isProof = sent === 'DPoP' || code === 'PROOF_REQUIRED'
  const bearer = error && !isProof ? `Bearer ${error}` : 'Bearer'
  const dpop = `DPoP algs="${proofAlgorithms.join(' ')}"${error && isProof ? `, ${error}` : ''}`
  return `${bearer}, ${dpop}`
}
