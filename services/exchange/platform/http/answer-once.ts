/**
 * `Idempotency-Key`: the same write again does nothing and hears the same answer. The key is stored in the write's own
 * transaction, so a second attempt that overlaps the first waits for it; a write that failed leaves no key behind.
 */
import { createHash } from 'node:crypto'
import Type from 'typebox'
import { canonicalJson, type Json } from '../../../contract/canonical-json.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Caller } from '../identity/caller.ts'
import { claimKey, readAnswer, storeAnswer } from './idempotency-store.ts'

export const idempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 8, maxLength: 100, description: 'The same key and request again get the same answer' }),
  ),
})

/** `digest` is over method, path and body. */
export type Attempt = { caller: string; key: string | undefined; digest: Buffer }
export type Answer<T> = { status: number; body: T }

type Asked = { method: string; url: string; body?: unknown; headers: Record<string, unknown>; caller: Caller }

export function attemptOf({ method, url, body, headers, caller }: Asked): Attempt {
  const key = headers['idempotency-key']
  const text = `${method} ${url}\n${canonicalJson((body ?? null) as Json)}`
  const digest = createHash('sha256').update(text).digest()
  return { caller: caller.id, key: typeof key === 'string' ? key : undefined, digest }
}

/** Runs `work` unless this attempt has been answered before. The body must be JSON. */
export async function once<T>(
  tx: Transaction,
  attempt: Attempt,
  now: Date,
  work: () => Promise<Answer<T> | Failure>,
): Promise<Answer<T> | Failure> {
  const { caller, key, digest } = attempt
  if (key === undefined) return work()
  if (!(await claimKey(tx, { caller, key, digest }, now))) {
    const stored = await readAnswer(tx, caller, key)
    if (stored?.digest.equals(digest)) return { status: stored.status, body: stored.answer as T }
    return failure('IDEMPOTENCY_MISMATCH', inWords('Send a new key with a new request.', '新的请求请使用新的幂等键。'))
  }
  const answer = await work()
  if (!isFailure(answer)) await storeAnswer(tx, caller, key, answer)
  return answer
}
