// A forgotten password: a link by mail, once usable, for thirty minutes, kept by hash (BR-11). Asking for it does not show whether the
// address has an account, neither by the answer nor by its time (EN-01).
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { isCommitted, type IdentityRecord, type Store } from '../store/index.ts'
import { admitMail } from './account-mail.ts'
import { newPassword, type NewPasswordDeps, type NewPasswordProblem } from './change-password.ts'
import { identifierOf } from './identity.ts'
import { peekOneTimeToken, takingOneTimeToken } from './one-time-token.ts'
import { requestMail, type MailDomain } from './requested-mail.ts'
import { addressThrottle, admitTry, networkOf, throttleKey, type Throttled } from './throttle.ts'

export interface PasswordResetDeps extends NewPasswordDeps, MailDomain {
  readonly store: Pick<Store, 'directory' | 'oneTimeTokens' | 'throttles' | 'commit'>
}

export interface ResetRequest {
  readonly email: string
  readonly ip: string
  readonly context: JsonObject
}

/** `accepted` says nothing about whether there is an account. */
export async function requestPasswordReset(
  { email, ip, context }: ResetRequest,
  deps: PasswordResetDeps,
): Promise<{ readonly kind: 'accepted' } | { readonly kind: 'invalid-email' } | Throttled> {
  const identifier = identifierOf('email', email)
  if (identifier === undefined) return { kind: 'invalid-email' }
  const { throttles } = deps.store
  const admission = await admitTry(
    throttleKey('reset', networkOf(ip)),
    addressThrottle,
    throttles,
    deps.now(),
  )
  if (admission.kind === 'throttled') return admission
  const { normalized } = identifier
  const mailbox = await admitMail('password-reset', normalized, throttles, deps.now())
  if (mailbox.kind === 'admitted') await requestMail({ kind: 'password-reset', normalized, context }, deps)
  return { kind: 'accepted' }
}

const details = z.object({ identityId: z.string(), context: z.record(z.string(), z.json()) })

export interface FoundReset {
  readonly identity: IdentityRecord
  readonly context: JsonObject
}

/** For the page that the link opens: whose password it is. Undefined when the link is unknown, used or expired. */
export async function findPasswordReset(
  token: string,
  { store, now }: Pick<PasswordResetDeps, 'store' | 'now'>,
): Promise<FoundReset | undefined> {
  const record = await peekOneTimeToken('password-reset', token, { store, now })
  const parsed = details.safeParse(record?.details)
  if (record === undefined || !parsed.success) return undefined
  const identities = await store.directory.identities(record.userId)
  const identity = identities.find(({ id }) => id === parsed.data.identityId)
  return identity && { identity, context: parsed.data.context }
}

export type ResetResult =
  /** Every session and grant of the user has ended. */
  | { readonly kind: 'changed'; readonly userId: string; readonly context: JsonObject }
  | { readonly kind: 'link-unusable' }
  | NewPasswordProblem

/** A refused password leaves the link usable. */
export async function redeemPasswordReset(
  { token, password, ip }: { readonly token: string; readonly password: string; readonly ip: string },
  deps: PasswordResetDeps,
): Promise<ResetResult> {
  const { store, now } = deps
  const found = await findPasswordReset(token, deps)
  if (found === undefined) return { kind: 'link-unusable' }
  const { identity } = found
  const { userId } = identity
  const made = await newPassword(userId, password, deps)
  if (made.kind !== 'password') return made
  const record = {
    atMs: now(),
    event: 'user.password_reset' as const,
    userId,
    clientId: null,
    ip,
    details: {},
  }
  const resetting = store.commit([
    takingOneTimeToken('password-reset', token, now()),
    { kind: 'replace-password', password: made.password },
    // The link went to the address, so the person who opens it owns the address.
    { kind: 'update-identity', identityId: identity.id, set: { isVerified: true } },
    { kind: 'append-audit', record },
  ])
  if (!(await isCommitted(resetting))) return { kind: 'link-unusable' }
  return { kind: 'changed', userId, context: found.context }
}
