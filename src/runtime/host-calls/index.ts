export { answersOf, failureAnswers, callMatcher, type AnswerRule, type Answers } from './answers.ts'
export { parseEncryptionKey } from './encryption-key.ts'
export {
  hostCallKinds,
  longestRequest,
  type HostCallAnswer,
  type HostCallContext,
  type HostCallKind,
  type HostCallResult,
  type HostCalls,
  type HostCallTrace,
} from './host-call.ts'
export { openHostCalls, type HostCallsOptions } from './host-calls.ts'
export { isWithinOwnCall, type OwnOrigin } from './own-origin.ts'
export { redactor } from './redaction.ts'
export type { Redact } from '../../net/index.ts'
export { shadowCalls } from './shadow-calls.ts'
export { type EncryptionKeySource } from './secure-fetch.ts'
