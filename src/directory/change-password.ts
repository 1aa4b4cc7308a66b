// A new password for a signed-in user, and the rules that every new password has to pass.
import { isCommitted, type PasswordRecord, type Store } from '../store/index.ts'
import type { RandomBytes } from './ids.ts'
import { newDeviceToken } from './known-device.ts'
import type { PasswordHasher } from './password-hasher.ts'
import {
  isPasswordTooLong,
  passwordProblem,
  type PasswordProblem,
  type PasswordRules,
} from './password-rules.ts'
import { admitTry, deviceThrottle, passwordKey, type Throttled } from './throttle.ts'

export interface NewPasswordDeps {
  readonly store: Pick<Store, 'commit' | 'directory'>
  readonly hasher: PasswordHasher
  readonly passwordRules: PasswordRules
  readonly now: () => number
}

export type NewPasswordProblem =
  | { readonly kind: 'invalid-password'; readonly problem: PasswordProblem }
  | { readonly kind: 'busy' }

/** The record of a new password, or why it cannot be set. */
export async function newPassword(
  userId: string,
  password: string,
  { store, hasher, passwordRules, now }: NewPasswordDeps,
): Promise<{ readonly kind: 'password'; readonly password: PasswordRecord } | NewPasswordProblem> {
  const identities = await store.directory.identities(userId)
  const names = identities.map(({ normalized }) => normalized)
  const problem = passwordProblem(password, names, passwordRules)
  if (problem !== undefined) return { kind: 'invalid-password', problem }
  const hash = await hasher.hash(password)
  if (hash === undefined) return { kind: 'busy' }
  return { kind: 'password', password: { userId, hash, isTemporary: false, updatedAtMs: now() } }
}

export interface ChangePasswordDeps extends NewPasswordDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'throttles'>
  readonly random: RandomBytes
  /** Signs the tokens of known devices. */
  readonly deviceSecret: string
}

export interface PasswordChangeForm {
  readonly userId: string
  readonly currentPassword: string
  readonly newPassword: string
  readonly ip: string
  /** The session that goes on; all others end. */
  readonly sessionUid?: string
}

export type ChangePasswordResult =
  /** The user's other sessions and every grant have ended. `deviceToken`: this device is known with the new password. */
  | { readonly kind: 'changed'; readonly deviceToken: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'unchanged' }
  | NewPasswordProblem
  | Throttled

export type PasswordConfirmation =
  | { readonly kind: 'right'; readonly stored: PasswordRecord }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'busy' }
  | Throttled

/**
 * Whether a user who is signed in knows the password, before something that a borrowed browser must not do. With a counter of its own: a
 * stranger's tries at the sign-in do not keep the user from it (BF-03).
 */
export async function confirmPassword(
  userId: string,
  password: string,
  { store, hasher, now }: Pick<ChangePasswordDeps, 'store' | 'hasher' | 'now'>,
): Promise<PasswordConfirmation> {
  const stored = await store.directory.password(userId)
  const key = passwordKey('change', stored ?? { userId, hash: '' })
  const admission = await admitTry(key, deviceThrottle, store.throttles, now())
  if (admission.kind === 'throttled') return admission
  const verdict = isPasswordTooLong(password) ? 'mismatch' : await hasher.verify(password, stored)
  if (verdict === 'busy') {
    await store.commit([{ kind: 'refund-try', key }])
    return { kind: 'busy' }
  }
  if (verdict === 'mismatch' || stored === undefined) return { kind: 'wrong' }
  await store.commit([{ kind: 'clear-tries', key }])
  return { kind: 'right', stored }
}

/** Also how a temporary password is replaced. */
export async function changePassword(
  form: PasswordChangeForm,
  deps: ChangePasswordDeps,
): Promise<ChangePasswordResult> {
  const { store, now } = deps
  const { userId } = form
  const confirmed = await confirmPassword(userId, form.currentPassword, deps)
  if (confirmed.kind !== 'right') return confirmed
  const { stored } = confirmed
  if (form.newPassword.normalize('NFC') === form.currentPassword.normalize('NFC'))
    return { kind: 'unchanged' }
  const made = await newPassword(userId, form.newPassword, deps)
  if (made.kind !== 'password') return made
  const kept = form.sessionUid === undefined ? {} : { exceptSessionUid: form.sessionUid }
  const changed = {
    event: 'user.password_changed' as const,
    userId,
    clientId: null,
    ip: form.ip,
    details: {},
  }
  const replacing = store.commit([
    { kind: 'replace-password', password: made.password, ...kept, expectedHash: stored.hash },
    { kind: 'append-audit', record: { ...changed, atMs: now() } },
  ])
  // Another request replaced the password meanwhile, so the one that was checked is no longer the current one.
  if (!(await isCommitted(replacing))) return { kind: 'wrong' }
  return { kind: 'changed', deviceToken: newDeviceToken(made.password, deps.deviceSecret, deps.random) }
}
