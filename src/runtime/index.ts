export type { SandboxDefect } from './defect.ts'
export type { Environment, EnvironmentVariable } from './environment.ts'
export { bundleFileName, bundleWrapperLines, preludeFileName } from './bundle-script.ts'
export { changedLimits, defaultLimits, type RunLimits } from './limits.ts'
export { minimumCommonApiTable, webReplacement } from './minimum-common-api.ts'
export type { GuestError, OutcomeKind, RunOutcome } from './outcome.ts'
export { outcomeErrorCode, outcomeKinds } from './outcome-codes.ts'
export { openSandbox, readThreadOptions } from './open-sandbox.ts'
export { recordingSchema, type CallEntry, type Recording } from './recording.ts'
export type {
  Changeable,
  DeploymentSource,
  GivenToRun,
  Invocation,
  InvocationResult,
  LogEntry,
  ModuleExports,
  PreparedDeployment,
  ReservedAttempt,
  Sandbox,
} from './sandbox.ts'
export type { SandboxOptions } from './sandbox-options.ts'
export type { ThreadOptions } from './thread.ts'
export { lowerPoolPriority } from './thread-priority.ts'
