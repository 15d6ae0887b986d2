/** The secrets of schema readers at the token endpoint: compared by their digests, with a bound on wrong ones. */
import { errors, Provider } from 'oidc-provider'
import { isSecretOf } from '../contract/reader-secret.ts'
import { countWrongGuesses } from '../contract/wrong-guesses.ts'

const guessing = 'too many wrong secrets for this client from this address: wait a minute'

/** oidc-provider compares with `client_secret`, where readerClient has put the digest in hex. */
export function compareSecretsByDigest(provider: Provider, now: () => Date): void {
  const wrong = countWrongGuesses(now)
  provider.Client.prototype.compareClientSecret = function (secret: string) {
    if (isSecretOf(Buffer.from(this.clientSecret!, 'hex'), secret)) return true
    const from = Provider.ctx?.req.socket.remoteAddress ?? ''
    if (wrong.areTooMany(from, this.clientId)) throw new errors.InvalidClientAuth(guessing)
    wrong.count(from, this.clientId)
    return false
  }
}

export const isGuessing = (error: Error): boolean =>
  error instanceof errors.InvalidClientAuth && error.error_detail === guessing
