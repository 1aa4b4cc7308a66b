// Signing up with an address or a username and a password. With proof of the address, the answer is the same whether it has an
// account or not: the mail says which (EN-01). Without proof, the person is signed in at once, so a taken address shows.
import type { JsonObject } from '../oauth/index.ts'
import { whileUnchanged, type IdentityType, type Store } from '../store/index.ts'
import { admitMail } from './account-mail.ts'
import { findConnection } from './connection.ts'
import { newId, type RandomBytes } from './ids.ts'
import { identifierOf } from './identity.ts'
import { createAccount, type PendingSignUp, type SignedUp } from './new-account.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { passwordProblem, type PasswordProblem, type PasswordRules } from './password-rules.ts'
import { requestMail, type MailDomain, type MailRequest } from './requested-mail.ts'
import { addressThrottle, admitTry, networkOf, throttleKey, type Throttled } from './throttle.ts'

export interface SignUpDeps extends MailDomain {
  readonly store: Pick<Store, 'commit' | 'directory' | 'invitations' | 'oneTimeTokens' | 'throttles'>
  readonly hasher: PasswordHasher
  readonly passwordRules: PasswordRules
  readonly random: RandomBytes
  readonly now: () => number
  /** Whether an address has to be proven before the account exists. */
  readonly isEmailProofRequired: boolean
  /** Whether people may make accounts for themselves, without an invitation. */
  readonly isSignUpAllowed: boolean
}

export interface SignUpForm {
  readonly type: IdentityType
  readonly identifier: string
  readonly password: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly ip: string
  readonly clientId?: string
  /** `org_code` of the authorization request: joined when it lets everybody in. */
  readonly organizationCode?: string
  /** The browser that typed the password. Where an address has to be proven, only this browser keeps it (finish-sign-up.ts). */
  readonly browser?: string
  /** An open invitation for this address: it allows a sign-up where people may not make accounts for themselves. */
  readonly invitationId?: string
  readonly context: JsonObject
}

export type SignUpResult =
  | ({ readonly kind: 'signed-up' } & SignedUp)
  /** A mail is under way to the address: to finish, or to say that there is an account. */
  | { readonly kind: 'check-mail' }
  /** Only where no proof is asked for. An owner with an address has been written to. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'invalid-identifier' }
  | { readonly kind: 'invalid-password'; readonly problem: PasswordProblem }
  /** Sign-up is off, or no connection for that kind of identifier is switched on. */
  | { readonly kind: 'not-offered' }
  | Throttled
  | { readonly kind: 'busy' }

/** Whether `signUp` has anything but `not-offered` for that kind of identifier: only then is a page to lead there. */
export async function isSignUpOffered(
  type: IdentityType,
  { store, isSignUpAllowed }: { readonly store: Pick<Store, 'directory'>; readonly isSignUpAllowed: boolean },
): Promise<boolean> {
  return isSignUpAllowed && findConnection(await store.directory.catalog(), type) !== undefined
}

export async function signUp(form: SignUpForm, deps: SignUpDeps): Promise<SignUpResult> {
  const { store, now } = deps
  const identifier = identifierOf(form.type, form.identifier)
  if (identifier === undefined) return { kind: 'invalid-identifier' }
  const connection = findConnection(await store.directory.catalog(), form.type)
  const isAllowed = deps.isSignUpAllowed || form.invitationId !== undefined
  if (connection === undefined || !isAllowed) return { kind: 'not-offered' }
  const problem = passwordProblem(form.password, [identifier.normalized], deps.passwordRules)
  if (problem !== undefined) return { kind: 'invalid-password', problem }
  // Counted whether it succeeds or not: each may send a mail and makes a hash.
  const addressKey = throttleKey('sign-up', networkOf(form.ip))
  const admission = await admitTry(addressKey, addressThrottle, store.throttles, now())
  if (admission.kind === 'throttled') return admission
  const owner = await store.directory.identity(identifier.type, identifier.normalized)
  const passwordHash = await deps.hasher.hash(form.password) // also for a taken one: equal work
  if (passwordHash === undefined) return { kind: 'busy' }
  const pending: PendingSignUp = {
    userId: newId('user', deps.random),
    identifier,
    passwordHash,
    firstName: form.firstName,
    lastName: form.lastName,
    organizationCode: form.organizationCode ?? null,
    clientId: form.clientId ?? null,
    ip: form.ip,
    requestedAtMs: now(),
    browser: form.browser ?? null,
    invitationId: form.invitationId ?? null,
  }
  if (deps.isEmailProofRequired && identifier.type === 'email') {
    await mailOnce({ kind: 'sign-up', pending, context: form.context }, identifier.normalized, deps)
    return { kind: 'check-mail' }
  }
  if (owner) {
    const { type, value: to, normalized } = identifier
    if (type === 'email')
      await mailOnce({ kind: 'account-exists', to, context: form.context }, normalized, deps)
    return { kind: 'taken' }
  }
  // The invitation may be accepted or revoked meanwhile.
  return whileUnchanged(() => createAccount(pending, connection, false, deps))
}

/** Both outcomes of a sign-up with an address are counted alike: only the mail shows which it was. */
async function mailOnce(
  request: Extract<MailRequest, { kind: 'sign-up' | 'account-exists' }>,
  normalized: string,
  deps: SignUpDeps,
): Promise<void> {
  const admission = await admitMail('sign-up', normalized, deps.store.throttles, deps.now())
  if (admission.kind === 'admitted') await requestMail(request, deps)
}
