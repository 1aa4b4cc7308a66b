export {
  AppError,
  ConfigError,
  formatLocation,
  SandboxError,
  WorkflowError,
  type SourceLocation,
} from './app-error.ts'
export { errorCodes, type ErrorCode } from './codes.ts'
export { errorsReference } from './reference.ts'
