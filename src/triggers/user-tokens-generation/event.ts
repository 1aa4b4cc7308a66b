// The event of `user:tokens_generation` (C§7), from what a token request knows. Mintage adds three fields to Kinde's:
// `request.auth.scope` (the granted scopes), `request.auth.grantType` and `request.authUrlParams` (what the authorization request
// asked for, by the names that Kinde gives them in other triggers). docs/reference/events.md describes them all.
import type { TriggerEvent } from '../event.ts'

const trigger = 'user:tokens_generation' as const

export interface UserTokensRequest {
  readonly issuer: string
  readonly origin: 'authorization_request' | 'refresh_token_request'
  readonly grantType: string
  readonly isExistingSession: boolean
  readonly connectionId: string | null
  readonly clientId: string
  readonly userId: string
  readonly identityId: string | null
  readonly organizationCode: string | null
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly authUrlParams: Readonly<Record<string, string>>
  readonly ip: string
  readonly userAgent: string | null
}

export function userTokensEvent(request: UserTokensRequest): TriggerEvent<typeof trigger> {
  const json = {
    request: {
      auth: {
        audience: [...request.audiences],
        scope: [...request.scopes],
        grantType: request.grantType,
      },
      authUrlParams: { ...request.authUrlParams },
      ip: request.ip,
      ...(request.userAgent !== null && { userAgent: request.userAgent }),
    },
    context: {
      auth: {
        origin: request.origin,
        isExistingSession: request.isExistingSession,
        ...(request.connectionId !== null && { connectionId: request.connectionId }),
      },
      domains: { kindeDomain: request.issuer },
      application: { clientId: request.clientId },
      user: {
        id: request.userId,
        ...(request.identityId !== null && { identityId: request.identityId }),
      },
      ...(request.organizationCode !== null && { organization: { code: request.organizationCode } }),
      workflow: { trigger },
    },
  }
  return { trigger, json, fields: json }
}
