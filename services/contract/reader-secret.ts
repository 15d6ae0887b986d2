/**
 * The secret of a schema reader, for programs that can sign nothing: 32 random bytes in base64url, behind words by which
 * scanners for leaked secrets find it. Kept as its SHA-256. A slow hash (scrypt) protects what people choose and others guess;
 * no one guesses 256 random bits (NIST SP 800-63B-4 §3.1.2.2 asks for a plain hash from 112 bits on), and every call that comes
 * with Basic would pay for it, also those of strangers.
 */
import { hash, timingSafeEqual } from 'node:crypto'

const words = 'datarun_reader_'
export const secretBytes = 32

/** @param random 32 bytes that nobody can foretell. */
export const writeReaderSecret = (random: Buffer): string => words + random.toString('base64url')

/** 32 bytes. */
export const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

const nobody = Buffer.alloc(32)

/** Takes as long for a reader that is not there (no digest) as for a wrong secret. */
export function isSecretOf(digest: Buffer | undefined, secret: string): boolean {
  const isEqual = timingSafeEqual(digestOf(secret), digest ?? nobody)
  return isEqual && digest !== undefined
}
