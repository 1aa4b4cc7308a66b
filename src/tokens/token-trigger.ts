// The triggers that shape tokens, and the tokens that each of them mints (C§7). Both tokens of a user come from one run.
import type { JsonObject, TokenKind } from '../oauth/index.ts'
import { parseEvent, type TriggerEvent } from '../triggers/index.ts'
import type { FiredTrigger } from '../triggers/registry/index.ts'

export const tokenTriggers = [
  'user:tokens_generation',
  'm2m:token_generation',
] as const satisfies readonly FiredTrigger[]
export type TokenTrigger = (typeof tokenTriggers)[number]

export type TokenEvent = TriggerEvent<TokenTrigger>
export type UserTokensEvent = TriggerEvent<'user:tokens_generation'>['fields']
export type M2mTokenEvent = TriggerEvent<'m2m:token_generation'>['fields']

export const tokensOfTrigger = {
  'user:tokens_generation': ['accessToken', 'idToken'],
  'm2m:token_generation': ['m2mToken'],
} as const satisfies Record<TokenTrigger, readonly TokenKind[]>

/** Whether a manifest's trigger is one that mints tokens. */
export function isTokenTrigger(trigger: string): trigger is TokenTrigger {
  return tokenTriggers.some((known) => known === trigger)
}

/** Throws ConfigError `event_invalid`, which names the first wrong field by its path. */
export function parseTokenEvent(json: JsonObject, trigger: TokenTrigger, file: string): TokenEvent {
  return parseEvent(json, trigger, file)
}
