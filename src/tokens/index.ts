export { claimChanges } from './claim-changes.ts'
export { applyWorkflowClaims, jsonBytes, type ClaimsByToken } from './claims.ts'
export { decisionKinds, type FailurePolicy } from './decision.ts'
export { parseTokenEvent, type TokenEvent } from './event.ts'
export { reservedClaims } from './reserved-claims.ts'
export { runDocument, runDocumentJsonSchema, runDocumentSchema, type RunDocument } from './run-document.ts'
export { sampleClaims } from './sample-user.ts'
export { tokenDeployment } from './token-deployment.ts'
export {
  runEndings,
  runTokenTrigger,
  type RunEnding,
  type TokenRun,
  type TriggerRun,
} from './token-request.ts'
export { isTokenTrigger, tokensOfTrigger, tokenTriggers, type TokenTrigger } from './token-trigger.ts'
