export { claimChanges } from './claim-changes.ts'
export { applyWorkflowClaims, jsonBytes, type ClaimsByToken } from './claims.ts'
export { type FailurePolicy } from './decision.ts'
export {
  userTokenClaims,
  type AccessFacts,
  type OrganizationFacts,
  type UserFacts,
} from './default-claims.ts'
export { parseTokenEvent, type TokenEvent } from './event.ts'
export type { FailureText } from './failure.ts'
export { invocationDocumentSchema, type InvocationDocument } from './invocation-document.ts'
export { m2mTokenClaims, m2mTokenEvent, type M2mTokenFacts } from './m2m-token-event.ts'
export { openMint, type Mint } from './mint.ts'
export { reservedClaims } from './reserved-claims.ts'
export { runDocument, runDocumentJsonSchema, runDocumentSchema, type RunDocument } from './run-document.ts'
export { sampleClaims } from './sample-user.ts'
export { tokenDeployment } from './token-deployment.ts'
export {
  endingErrorCode,
  runEndings,
  runTokenTrigger,
  type RunEnding,
  type TriggerRun,
} from './token-request.ts'
export { isTokenTrigger, tokensOfTrigger, type TokenTrigger } from './token-trigger.ts'
export { userTokensEvent } from './user-tokens-event.ts'
