/** Verifies that a call was made by the holder of the key that its token is bound to (DPoP, RFC 9449 §4.3 and §7). */
import { hash } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, jwtVerify } from 'jose'
import {
  type Proof,
  type ProofTrouble,
  proofAlgorithms,
  readProof,
  troubleWithProof,
} from '../../../contract/dpop-proof.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { UsedProofs } from './open-used-proofs.ts'

/** A call's own statements. `proofs` is its header DPoP, `path` its address without scheme and host, `boundTo` the token's cnf.jkt. */
export type Possession = { method: string; path: string; token: string; boundTo: string; proofs: string | undefined }
/** Undefined where the call is proven. PROOF_INVALID, PROOF_REQUIRED; TOO_MANY_REQUESTS where PostgreSQL does not keep up. */
export type CheckProof = (possession: Possession) => Promise<Failure | undefined>

export type ProofCheckerOptions = {
  used: UsedProofs
  now: () => Date
  /** Where the hub is reached, without a slash at the end. Never taken from a call: its Host is whatever a thief says. */
  addresses: () => readonly string[]
}

/**
 * Dear work comes last: a key is read and a signature verified only where the key is the token's own, and PostgreSQL asked only where
 * everything else is right. So nobody costs more than without a proof who has no token and key.
 */
export const createProofChecker =
  ({ used, now, addresses }: ProofCheckerOptions): CheckProof =>
  async ({ method, path, token, boundTo, proofs }) => {
    if (proofs === undefined) return failure('PROOF_REQUIRED', withoutProof)
    const proof = readProof(proofs)
    if ('en' in proof) return refused(proof)
    const urls = addresses().map(address => address + path)
    const call = { method, urls, now: now().getTime() / 1000, tokenHash: hash('sha256', token, 'base64url') }
    const trouble = troubleWithProof(proof, call) ?? (await troubleWithSigner(proof, boundTo, now()))
    if (trouble) return refused(trouble)
    const { jti, iat } = proof.claims as { jti: string; iat: number }
    const first = await used.use({ key: boundTo, jti, issued: iat })
    if (first === 'full') return failure('TOO_MANY_REQUESTS')
    return first ? undefined : refused(usedBefore)
  }

async function troubleWithSigner({ text, key, header }: Proof, boundTo: string, currentDate: Date) {
  if ((await calculateJwkThumbprint(key)) !== boundTo) return otherKey
  try {
    const algorithms = [...proofAlgorithms]
    await jwtVerify(text, await importJWK(key, String(header.alg)), { algorithms, typ: 'dpop+jwt', currentDate })
    return undefined
  } catch {
    return forged
  }
}

const refused = ({ en, zh }: ProofTrouble) => failure('PROOF_INVALID', inWords(`${sentence(en)}.`, `${zh}。`))
const sentence = (words: string) => `In the header DPoP, ${words}`

const otherKey = { en: 'jwk is not the key that the token is bound to', zh: 'jwk 不是令牌所绑定的密钥' }
const forged = {
  en: 'the key, the signature, exp, nbf or crit does not hold',
  zh: '密钥、签名、exp、nbf 或 crit 不成立',
}
const usedBefore = { en: 'jti was used before: sign each call anew', zh: 'jti 已被使用：请为每次调用重新签名' }
const withoutProof = inWords(
  'Send the header DPoP with a proof for this call.',
  '请在 DPoP 请求头中附上本次调用的证明。',
)
