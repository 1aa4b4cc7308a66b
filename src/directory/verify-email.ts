// Proving an address of an existing user: a link by mail that works once (docs/decisions/0038).
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { isCommitted, type IdentityRecord, type OneTimeTokenRecord, type Store } from '../store/index.ts'
import { admitMail } from './account-mail.ts'
import { newPassword, type NewPasswordDeps, type NewPasswordProblem } from './change-password.ts'
import { peekOneTimeToken, takingOneTimeToken } from './one-time-token.ts'
import { requestMail, type MailDomain } from './requested-mail.ts'
import type { Throttled } from './throttle.ts'

export interface VerifyEmailDeps extends MailDomain {
  readonly store: Pick<Store, 'commit' | 'directory' | 'oneTimeTokens' | 'throttles'>
  readonly now: () => number
}

const linkDetails = z.object({ identityId: z.string(), context: z.record(z.string(), z.json()) })

/** An address, to be proven or proven, and what its mail carries along. */
interface EmailProof {
  readonly identity: IdentityRecord
  readonly context: JsonObject
}

export async function requestEmailVerification(
  request: EmailProof,
  deps: VerifyEmailDeps,
): Promise<{ readonly kind: 'accepted' } | Throttled> {
  const { store, now } = deps
  const { id: identityId, userId, normalized } = request.identity
  const admission = await admitMail('verify-email', normalized, store.throttles, now())
  if (admission.kind === 'throttled') return admission
  await requestMail({ kind: 'verify-email', userId, identityId, context: request.context }, deps)
  return { kind: 'accepted' }
}

export interface PresentedLink {
  readonly token: string
  /** The user who is signed in in the browser that presents the link. */
  readonly signedInAs: string | undefined
}

/** For the page that a link opens, without using the link up. */
export async function findEmailVerification(
  { token, signedInAs }: PresentedLink,
  deps: Pick<VerifyEmailDeps, 'store' | 'now'>,
): Promise<(EmailProof & { readonly isPasswordDue: boolean }) | undefined> {
  const record = await peekOneTimeToken('email-verification', token, deps)
  const found = await provenBy(record, deps)
  return found && { ...found, isPasswordDue: found.identity.userId !== signedInAs }
}

export type EmailVerification =
  | (EmailProof & { readonly kind: 'verified' })
  | { readonly kind: 'link-unusable' }
  /** This browser has to choose a password first. The link stays usable. */
  | { readonly kind: 'password-due' }
  | NewPasswordProblem

interface ProofOfEmail extends PresentedLink {
  readonly ip: string
  /** Taken only when the password is due. */
  readonly password?: string
}

/**
 * The person who proves the address chooses the password: where the browser is not signed in to the account, the account's password
 * may be a stranger's who gave this address as his own. Then a new one is due, and everything that the old one reached ends.
 */
export async function verifyEmail(
  { token, signedInAs, ip, password }: ProofOfEmail,
  deps: VerifyEmailDeps & NewPasswordDeps,
): Promise<EmailVerification> {
  const { store, now } = deps
  const found = await findEmailVerification({ token, signedInAs }, deps)
  if (found === undefined) return { kind: 'link-unusable' }
  const { identity, isPasswordDue, context } = found
  const { userId } = identity
  if (isPasswordDue && password === undefined) return { kind: 'password-due' }
  const made = isPasswordDue ? await newPassword(userId, password ?? '', deps) : undefined
  if (made !== undefined && made.kind !== 'password') return made
  const details = { isPasswordReplaced: made !== undefined }
  const record = { atMs: now(), event: 'user.email_verified' as const, userId, clientId: null, ip, details }
  const verifying = store.commit([
    takingOneTimeToken('email-verification', token, now()),
    { kind: 'update-identity', identityId: identity.id, set: { isVerified: true } },
    ...(made === undefined ? [] : [{ kind: 'replace-password', password: made.password } as const]),
    { kind: 'append-audit', record },
  ])
  if (!(await isCommitted(verifying))) return { kind: 'link-unusable' }
  return { kind: 'verified', identity: { ...identity, isVerified: true }, context }
}

/** Nothing also when the address was taken from the user since. */
async function provenBy(
  record: OneTimeTokenRecord | undefined,
  { store }: Pick<VerifyEmailDeps, 'store'>,
): Promise<EmailProof | undefined> {
  const parsed = linkDetails.safeParse(record?.details)
  if (record === undefined || !parsed.success) return undefined
  const identities = await store.directory.identities(record.userId)
  const identity = identities.find(({ id }) => id === parsed.data.identityId)
  return identity && { identity, context: parsed.data.context }
}
