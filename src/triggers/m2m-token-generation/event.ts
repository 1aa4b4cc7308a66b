// The event of `m2m:token_generation` (C§7), from what a machine's token request knows.
import type { TriggerEvent } from '../event.ts'

const trigger = 'm2m:token_generation' as const

export interface M2mTokenRequest {
  readonly issuer: string
  readonly clientId: string
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly ip: string
}

export function m2mTokenEvent(request: M2mTokenRequest): TriggerEvent<typeof trigger> {
  const json = {
    request: { auth: { audience: [...request.audiences], scope: [...request.scopes] }, ip: request.ip },
    context: {
      domains: { kindeDomain: request.issuer },
      application: { clientId: request.clientId },
      workflow: { trigger },
    },
  }
  return { trigger, json, fields: json }
}
