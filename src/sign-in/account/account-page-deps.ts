// What the pages of an account need, and how they read what a request brings.
import type { ChangePasswordDeps, PasswordResetDeps, SignUpDeps } from '../../directory/index.ts'
import type { DirectoryStore } from '../../store/index.ts'
import { signedInSession, type BrowserSession } from '../assurance.ts'
import type { SignInEngine } from '../engine.ts'
import type { Exchange } from '../exchange.ts'
import type { FormGuard } from '../form-guard.ts'

export interface AccountDeps {
  readonly engine: SignInEngine
  readonly guard: FormGuard
  readonly directory: DirectoryStore
  readonly addressOf: (exchange: Exchange) => string
  /** The authorization request that a signed-out user begins at the account page. */
  readonly accountSignInHref: string
  readonly passwordReset: PasswordResetDeps
  readonly changePassword: ChangePasswordDeps
  readonly signUp: SignUpDeps
}

/** The session of a user who is signed in, as surely as an account demands. */
export async function accountSession(
  exchange: Exchange,
  { engine }: Pick<AccountDeps, 'engine'>,
): Promise<BrowserSession | undefined> {
  return signedInSession(await engine.session(exchange))
}

/** Far longer than any of our tokens. */
const longestValue = 200

export function queryValue(exchange: Exchange, name: string): string {
  const value = exchange.query[name]
  return typeof value === 'string' ? value.slice(0, longestValue) : ''
}

export function formValue(form: URLSearchParams, name: string): string {
  return (form.get(name) ?? '').slice(0, longestValue)
}
