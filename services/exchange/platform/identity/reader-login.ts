/** Basic with the secret of a schema reader, where Confluent's clients know no other way. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { isSecretOf } from '../../../contract/reader-secret.ts'
import { countWrongGuesses } from '../../../contract/wrong-guesses.ts'
import type { Caller } from './caller.ts'

/** Undefined digest: it has no secret, or no longer. */
export type FindReader = (id: string) => { department: string; digest?: Buffer } | undefined
export type Login = { name: string; secret: string; from: string }

/** TOKEN_INVALID for a wrong name as for a wrong secret, TOO_MANY_REQUESTS for who guesses on. The right secret is always heard. */
export type LogInReader = (login: Login) => Caller | Failure

export function openReaderLogin(find: FindReader, now: () => Date): LogInReader {
  const wrong = countWrongGuesses(now)
  return ({ name, secret, from }) => {
    const reader = find(name)
    if (isSecretOf(reader?.digest, secret))
      return { id: name, kind: 'system', department: reader!.department, roles: ['reader'] }
    if (wrong.areTooMany(from, name)) return failure('TOO_MANY_REQUESTS', guessing)
    wrong.count(from, name)
    return failure('TOKEN_INVALID', wrongPair)
  }
}

const wrongPair = inWords(
  'As Basic, send the id and the secret of a schema reader, or any name and an access token.',
  '使用 Basic 时，请发送模式读取程序的标识和密钥，或任意名称加访问令牌。',
)
const guessing = inWords(
  'Too many wrong secrets for this reader from this address: wait a minute, and check the secret.',
  '该地址对此读取程序的错误密钥过多：请等待一分钟并核对密钥。',
)
