/** The system's private key: a JWK (RFC 7517) in a file that only the adapter's user may read. */
import { readFile } from 'node:fs/promises'
import type { JWK } from 'jose'
import { type Failure, failure } from '../contract/failure.ts'

/** Failure CONFIG_INVALID names the file and what is wrong with it, never what it holds. */
export async function readKeyFile(path: string): Promise<JWK | Failure> {
  const bad = (what: string) => failure('CONFIG_INVALID', { detail: `DATARUN_SYSTEM_KEY_FILE ${path} ${what}` })
  try {
    const key: unknown = JSON.parse(await readFile(path, 'utf8'))
    const { kty, d } = (key ?? {}) as JWK
    if ((kty !== 'EC' && kty !== 'OKP') || typeof d !== 'string')
      return bad('must hold one private JWK (EC P-256 or Ed25519)')
    return key as JWK
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return bad(code ? `cannot be read (${code})` : 'must be JSON')
  }
}
