export { answersOf, type AnswerRule, type Answers } from './answers.ts'
export { parseEncryptionKey } from './encryption-key.ts'
export { openGuardedFetch, type GuardedFetch } from './guarded-fetch.ts'
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
export type { OwnOrigin } from './own-origin.ts'
export { redactor, type Redact } from './redaction.ts'
export { type Resolve } from './resolve.ts'
export { type EncryptionKeySource } from './secure-fetch.ts'
export { isWithinOwnCall } from './within-own-call.ts'
