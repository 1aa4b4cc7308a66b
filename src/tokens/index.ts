export { claimChanges, noClaimChanges, type ClaimChanges } from './claim-changes.ts'
export { memberPath } from './claim-path.ts'
export {
  applyWorkflowClaims,
  defaultClaimsForWorkflow,
  jsonBytes,
  mintedTokens,
  type AppliedClaims,
  type ClaimsByToken,
  type RefusedClaim,
} from './claims.ts'
export {
  userTokenClaims,
  type AccessFacts,
  type OrganizationFacts,
  type UserFacts,
} from './default-claims.ts'
export { m2mTokenClaims, type M2mTokenFacts } from './m2m-claims.ts'
export { isReservedClaim, reservedClaims } from './reserved-claims.ts'
export { sampleClaims } from './sample-user.ts'
export { secretsInClaims } from './secrets-in-claims.ts'
export { isTokenTrigger, tokensOfTrigger, tokenTriggers, type TokenTrigger } from './token-trigger.ts'
