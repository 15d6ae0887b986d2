/** Proofs of possession (DPoP) as a caller makes them, and as a forger would. */
import { hash, randomUUID } from 'node:crypto'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

export type Prover = {
  jkt: string
  /** With its private members. */
  jwk: JWK
  /** Claims and header are laid over those of a good proof; undefined takes a member out. */
  prove(call: { method: string; url: string; token?: string }, forged?: Forged): Promise<string>
}
export type Forged = { claims?: JWTPayload; header?: Record<string, unknown>; key?: CryptoKey }

export async function createProver(alg: 'ES256' | 'EdDSA' = 'ES256'): Promise<Prover> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    jkt: await calculateJwkThumbprint(jwk),
    jwk: await exportJWK(privateKey),
    prove: async ({ method, url, token }, { claims, header, key = privateKey } = {}) => {
      const ath = token && hash('sha256', token, 'base64url')
      const iat = Math.floor(Date.now() / 1000)
      return new SignJWT({ jti: randomUUID(), htm: method, htu: url, iat, ath, ...claims })
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header })
        .sign(key)
    },
  }
}
