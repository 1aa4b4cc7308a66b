export { claimsRulesProblems } from './claims-rules.ts'
export { claimChanges } from './claim-changes.ts'
export { applyWorkflowClaims, jsonBytes, type ClaimsByToken } from './claims.ts'
export { userTokenClaims } from './default-claims.ts'
export { storedEndings, withCurrentEnding } from './former-endings.ts'
export { changedClaimsSchema, claimDigest, type GoodRuns, type LastGood } from './last-good.ts'
export { m2mTokenClaims, type M2mTokenFacts } from './m2m-claims.ts'
export { machineMintRequest, machineScopes, type MachineMintRequest } from './machine-mint-request.ts'
export { openMint, type Mint, type MintDecision, type MintRequest } from './mint.ts'
export { keptRules, requestRules, type RequestRules } from './request-rules.ts'
export { reservedClaims } from './reserved-claims.ts'
export { runAndCheck, type CheckedTokenRequest } from './run-and-check.ts'
export {
  invocationDocumentSchema,
  runDocument,
  runDocumentJsonSchema,
  runDocumentSchema,
  type InvocationDocument,
  type RunDocument,
} from './run-document.ts'
export {
  endingErrorCode,
  runEndings,
  runTokenTrigger,
  type RunEnding,
  type TokenTriggerRun,
} from './run-token-trigger.ts'
export { sampleClaims } from './sample-user.ts'
export {
  isTokenTrigger,
  parseTokenEvent,
  tokensOfTrigger,
  tokenTriggers,
  type TokenEvent,
  type TokenTrigger,
} from './token-trigger.ts'
export { withHasuraClaims } from './hasura-claims.ts'
export { userMintRequest, type UserMintRequest, type UserTokensRequest } from './user-mint-request.ts'
export { recordedClaims, type IssuedClaims, type RecordedClaims } from './types/recorded-claims.ts'
export { tokenClaimSchemas, tokenJsonSchema, type SetClaim } from './types/token-schemas.ts'
export { typeScriptOf } from './types/typescript-text.ts'
