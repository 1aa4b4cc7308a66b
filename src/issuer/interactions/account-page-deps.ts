// What the pages of an account need, and how they read what a request brings.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { ChangePasswordDeps, PasswordResetDeps, SignUpDeps } from '../../directory/index.ts'
import type { ArtifactStore, DirectoryStore } from '../../store/index.ts'
import type { AnswerOnce } from '../http/answer-once.ts'
import type { SessionEndDeps } from '../kinde/logout.ts'
import type { FormGuard } from './browser-form.ts'

export interface AccountDeps extends SessionEndDeps {
  /** The issuer's address. */
  readonly issuer: string
  readonly provider: Provider
  readonly guard: FormGuard
  readonly artifacts: ArtifactStore
  readonly directory: DirectoryStore
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
  readonly passwordReset: PasswordResetDeps
  readonly changePassword: ChangePasswordDeps
  readonly signUp: SignUpDeps
  readonly once: AnswerOnce
}

/** Far longer than any token of ours. */
const longestValue = 200

export function queryValue(ctx: KoaContextWithOIDC, name: string): string {
  const value = ctx.query[name]
  return typeof value === 'string' ? value.slice(0, longestValue) : ''
}

export function formValue(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').slice(0, longestValue)
}
