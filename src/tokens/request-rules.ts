// What a token request is judged by beside its event and default claims, as recordings and cases keep it: strictness, the claims schema and
// byte budget that held for its application, and what its workflows may fall back on.
import { z } from 'zod'
import { tokenKinds } from '../oauth/index.ts'
import { claimsActions } from '../store/index.ts'
import { changedClaimsSchema } from './last-good.ts'
import type { CheckedTokenRequest } from './run-and-check.ts'

const claimsSchema = z.record(z.string(), z.json())
const action = z.enum(claimsActions)

export const requestRules = {
  strictClaims: z.boolean().optional().describe('Whether setting a reserved claim fails the run.'),
  claimsRules: z
    .object({
      accessToken: claimsSchema.optional(),
      idToken: claimsSchema.optional(),
      m2mToken: claimsSchema.optional(),
      action,
    })
    .optional()
    .describe('The claims schema that held for the application.'),
  tokenBudget: z
    .object({ bytes: z.int().min(1), action })
    .optional()
    .describe('The byte budget of the application.'),
  lastGood: z
    .record(
      z.string(),
      z.object({
        ageSeconds: z.int().min(0),
        tokens: z.partialRecord(z.enum(tokenKinds), changedClaimsSchema),
      }),
    )
    .optional()
    .describe('By workflow: how old its last good run for this grant was, and what that run changed.'),
}

export type RequestRules = Partial<
  Pick<CheckedTokenRequest, 'claimsRules' | 'lastGood' | 'strictClaims' | 'tokenBudget'>
>

/** Plain data, without what does not hold. */
export function keptRules({ strictClaims, claimsRules, tokenBudget, lastGood }: RequestRules): RequestRules {
  return {
    ...(strictClaims === true && { strictClaims }),
    ...(claimsRules && { claimsRules }),
    ...(tokenBudget && { tokenBudget }),
    ...(lastGood && { lastGood }),
  }
}
