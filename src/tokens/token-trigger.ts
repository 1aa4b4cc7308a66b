// The triggers that shape tokens, and the tokens that each of them mints (C§7). Both tokens of a user come from one run.
import type { TokenKind } from '../oauth/index.ts'
import type { FiredTrigger } from '../triggers/registry/index.ts'

export const tokenTriggers = [
  'user:tokens_generation',
  'm2m:token_generation',
] as const satisfies readonly FiredTrigger[]
export type TokenTrigger = (typeof tokenTriggers)[number]

export const tokensOfTrigger = {
  'user:tokens_generation': ['accessToken', 'idToken'],
  'm2m:token_generation': ['m2mToken'],
} as const satisfies Record<FiredTrigger, readonly TokenKind[]>

/** Whether a manifest's trigger is one that mints tokens: Mintage fires no other. */
export function isTokenTrigger(trigger: string): trigger is TokenTrigger {
  return tokenTriggers.some((known) => known === trigger)
}
