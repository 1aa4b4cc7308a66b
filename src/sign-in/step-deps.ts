// What the pages and the forms of the steps work with. Each of the steps takes the part that it names.
import type {
  ChangePasswordDeps,
  PasswordRules,
  PasswordResetDeps,
  SignInDeps,
  SignUpDeps,
} from '../directory/index.ts'
import type { SourceLocation, WorkflowError } from '../errors/index.ts'
import type { DirectoryStore, Store } from '../store/index.ts'
import type { GrantedPreview } from './engine.ts'

export interface StepDeps extends RefusedStepDeps, PreviewStepDeps {
  readonly directory: DirectoryStore
  readonly commit: Store['commit']
  readonly nowMs: () => number
  readonly signIn: SignInStepDeps
  readonly signUp: SignUpDeps
  readonly changePassword: ChangePasswordDeps
  readonly passwordReset: PasswordResetDeps
}

export interface SignInStepDeps extends SignInDeps {
  readonly store: SignInDeps['store'] & SignUpDeps['store']
  readonly passwordRules: PasswordRules
  readonly isSignUpAllowed: boolean
}

export interface PreviewStepDeps {
  readonly previews: {
    check(attempt: {
      readonly deploymentId: string
      readonly password: string
      readonly ip: string
      readonly clientId: string
    }): Promise<PreviewPasswordCheck>
  }
}

export type PreviewPasswordCheck =
  | ({ readonly kind: 'right' } & GrantedPreview)
  | { readonly kind: 'wrong' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }

export interface RefusedStepDeps {
  /** Shows the developer what failed, and where. */
  readonly isDevelopment: boolean
  readonly sourceLine: (at: SourceLocation) => string | undefined
  /** Of the last edit of the project, when it does not build. */
  readonly buildError?: () => WorkflowError | undefined
}
