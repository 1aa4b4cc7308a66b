export { type FailurePolicy } from './decision.ts'
export { parseTokenEvent, type M2mTokenEvent, type TokenEvent, type UserTokensEvent } from './event.ts'
export type { FailureText } from './failure.ts'
export { invocationDocumentSchema, type InvocationDocument } from './invocation-document.ts'
export { m2mTokenEvent } from './m2m-token-generation/event.ts'
export { openMint, type Mint } from './mint.ts'
export { runDocument, runDocumentJsonSchema, runDocumentSchema, type RunDocument } from './run-document.ts'
export { tokenDeployment } from './runnable-deployment.ts'
export {
  endingErrorCode,
  runEndings,
  runTokenTrigger,
  type RunEnding,
  type TriggerRun,
} from './run-trigger.ts'
export { userTokensEvent } from './user-tokens-generation/event.ts'
