export { runWorkflow } from './run-workflow.ts'
export type {
  AnsweredCall,
  AnswerFunction,
  CallAnswer,
  DefaultClaims,
  RunWorkflowOptions,
  WorkflowCase,
  WorkflowFile,
} from './options.ts'
export type { Claims, MachineToken, RunResult, TokenResult, UserTokens, WorkflowResult } from './result.ts'
export { m2mEvent, refreshEvent, signInEvent, type EventOverrides } from './events.ts'
export type { M2mTokenEvent, UserTokensEvent, WorkflowEvent } from './events.ts'
