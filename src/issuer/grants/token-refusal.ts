// A decision against a token, as the token endpoint says it (RFC 6749 §5.2).
import { errors } from 'oidc-provider'
import type { UserTokensDecision } from './mint-user-tokens.ts'

/** For the application; the page has words of its own. */
export const accessRoleMissing = 'The user has none of the roles that this application asks for.'

export type RefusedDecision = Exclude<UserTokensDecision, { readonly kind: 'minted' }>

export function tokenRefusal(decision: RefusedDecision): errors.OIDCProviderError {
  switch (decision.kind) {
    case 'denied':
      return new errors.AccessDenied(decision.reason)
    case 'failed':
      return new WorkflowFailed(`The workflow failed (${decision.failure.code}, ${decision.invocationId}).`)
    case 'barred':
      return new errors.AccessDenied(accessRoleMissing)
    case 'gone':
      // The engine keeps the text of its own error from the client, who needs this one: the user has done nothing wrong.
      if (decision.what === 'preview')
        return new errors.CustomOIDCProviderError(
          'invalid_grant',
          'The preview that this sign-in began with was withdrawn or has another password. Sign in again.',
        )
      return new errors.InvalidGrant(`the ${decision.what} of the grant is gone`)
  }
}

/**
 * 500, so that clients that look only at the status keep the refresh token and try again; the text is for them all the same.
 * What exactly failed is for the operator: the invocation's id finds it.
 */
export class WorkflowFailed extends errors.OIDCProviderError {
  override readonly error_description: string

  constructor(description: string) {
    super(500, 'server_error')
    this.error_description = description
    this.expose = true
  }
}
