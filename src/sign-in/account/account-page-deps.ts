// What the pages of an account need, and how they read what a request brings.
import type {
  ChangePasswordDeps,
  OperationDeps,
  PasswordResetDeps,
  RandomBytes,
  SignUpDeps,
} from '../../directory/index.ts'
import type { AuditEvent, DirectoryStore, Store, UserRecord } from '../../store/index.ts'
import type { FindApplication } from './account-application.ts'
import { signedInSession, type BrowserSession } from '../assurance.ts'
import type { SignInEngine } from '../engine.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
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
  readonly findApplication: FindApplication
  readonly operations: {
    readonly store: Pick<
      Store,
      'artifacts' | 'commit' | 'directory' | 'invitations' | 'oneTimeTokens' | 'throttles'
    >
    /** For how many days a new invitation works. */
    readonly invitationDays: number
    /** Undefined at the main domain. */
    readonly customDomain?: string | undefined
    readonly random: RandomBytes
    readonly now: () => number
  }
  /** The client id of the application that invitations lead to, as the settings have it. */
  readonly invitationApplication?: string | undefined
}

/** The session of a user who is signed in, as surely as an account demands. */
export async function accountSession(
  exchange: Exchange,
  { engine }: Pick<AccountDeps, 'engine'>,
): Promise<BrowserSession | undefined> {
  return signedInSession(await engine.session(exchange))
}

/** Undefined as well when the user was suspended. */
export async function signedInUser(
  exchange: Exchange,
  deps: Pick<AccountDeps, 'engine' | 'directory'>,
): Promise<UserRecord | undefined> {
  const session = await accountSession(exchange, deps)
  const user = session && (await deps.directory.user(session.accountId))
  return user?.isSuspended ? undefined : user
}

export function beginSignIn(exchange: Exchange, { accountSignInHref }: AccountDeps): void {
  redirectTo(exchange, accountSignInHref)
}

export async function usernameOf(
  { id }: UserRecord,
  { directory }: Pick<AccountDeps, 'directory'>,
): Promise<string | undefined> {
  const identities = await directory.identities(id)
  return identities.find(({ type }) => type === 'username')?.value
}

/** For an operation that the user does: `event` names it in the audit log. */
export function byUser(
  event: AuditEvent,
  exchange: Exchange,
  { operations, addressOf }: Pick<AccountDeps, 'operations' | 'addressOf'>,
  /** When it is about another user. */
  userId?: string,
): AccountDeps['operations'] & OperationDeps {
  return {
    ...operations,
    by: { event, clientId: null, ip: addressOf(exchange), ...(userId !== undefined && { userId }) },
  }
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
