// The value of a refresh token that replaces another is derived from it, by a secret of this installation: a client that presents the old
// one within the grace gets the same successor again, and no value has to be kept for that, not even encrypted
// (grants/refresh-grace.ts). Without the secret an old token tells nothing of the next.
import { createHmac } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import { requestState } from '../request/request-state.ts'
import { currentContext } from './current-context.ts'

/** 256 bits, as the engine's own ids have. */
export function successorOf(refreshToken: string, secret: string): string {
  return createHmac('sha256', secret).update(refreshToken).digest('base64url')
}

interface TokenIdMaker {
  generateTokenId(): string
}

export function deriveSuccessors(provider: Provider): void {
  // The package's types leave the method out; it is the base model's (lib/models/base_model.js).
  const prototype: TokenIdMaker = Object.create(provider.RefreshToken.prototype)
  const engineTokenId = prototype.generateTokenId
  Object.assign(provider.RefreshToken.prototype, { generateTokenId: successorId })

  function successorId(this: TokenIdMaker) {
    const context = currentContext()
    const successor = context && requestState(context).successor
    return successor ?? engineTokenId.call(this)
  }
}
