export {
  AppError,
  ConfigError,
  formatLocation,
  isStoreUnavailable,
  SandboxError,
  ServerError,
  StoreError,
  WorkflowError,
  type SourceLocation,
} from './app-error.ts'
export { errorCodes, type ErrorCode } from './codes.ts'
export { nearest } from './nearest.ts'
export { errorsReference } from './reference.ts'
export { reasonOf } from './reason.ts'
