// The event of `m2m:token_generation` (C§7), from what a machine's token request knows.
import type { JsonObject } from '../../oauth/index.ts'
import { parseTokenEvent, type TokenEvent } from '../event.ts'

export interface M2mTokenRequest {
  readonly issuer: string
  readonly clientId: string
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly ip: string
}

export function m2mTokenEvent(request: M2mTokenRequest): TokenEvent {
  const json: JsonObject = {
    request: { auth: { audience: [...request.audiences], scope: [...request.scopes] }, ip: request.ip },
    context: {
      domains: { kindeDomain: request.issuer },
      application: { clientId: request.clientId },
      workflow: { trigger: 'm2m:token_generation' },
    },
  }
  return parseTokenEvent(json, 'm2m:token_generation', 'token request')
}
