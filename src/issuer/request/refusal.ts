// A decision against a sign-in: the page shows it, the application gets it as an error.
import { errors } from 'oidc-provider'
import type { FailureText } from '../../triggers/index.ts'

export interface Refusal {
  readonly kind: 'denied' | 'failed'
  /** For the application and its user. */
  readonly text: string
  readonly invocationId: string
  /** For the developer. */
  readonly failure?: FailureText
}

/** What goes back to the application (RFC 6749 §4.1.2.1). */
export const refusalErrorCode = {
  denied: 'access_denied',
  failed: 'server_error',
} as const satisfies Record<Refusal['kind'], string>

export function refusalError({ kind, text }: Refusal): errors.OIDCProviderError {
  return kind === 'denied'
    ? new errors.AccessDenied(text)
    : new errors.CustomOIDCProviderError(refusalErrorCode.failed, text)
}
