/** A key of this process alone, which its tokens are bound to (DPoP, RFC 9449): who steals a token has not stolen the key. */
import { hash, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export type ProofMaker = {
  /** A proof for one call, to be sent in the header DPoP; `token` is the one sent with it, absent where one is asked for. */
  prove(call: { method: string; url: string; token?: string }): Promise<string>
}

/** The private half cannot be read out, not by ourselves either, and ends with the process. */
export async function createProofKey(now: () => Date): Promise<ProofMaker> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return {
    prove: ({ method, url, token }) =>
      new SignJWT({
        htm: method,
        htu: url.replace(/[?#].*$/s, ''),
        ...(token !== undefined && { ath: hash('sha256', token, 'base64url') }),
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .setJti(randomUUID())
        .setIssuedAt(now())
        .sign(privateKey),
  }
}
