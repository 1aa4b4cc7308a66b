// Proving that an address of an existing user is his: a link by mail that works once.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { IdentityRecord, OneTimeTokenRecord, Store } from '../store/index.ts'
import type { SendMail } from './account-mail.ts'
import type { RandomBytes } from './ids.ts'
import {
  issueOneTimeToken,
  oneTimeTokenMinutes,
  peekOneTimeToken,
  takeOneTimeToken,
} from './one-time-token.ts'
import type { Background } from './sign-in.ts'
import { admitTry, mailThrottle, throttleKey, type Throttled } from './throttle.ts'

export interface VerifyEmailDeps {
  readonly store: Pick<Store, 'directory' | 'oneTimeTokens' | 'throttles'>
  readonly random: RandomBytes
  readonly now: () => number
  readonly sendMail: SendMail
  readonly background: Background
}

const details = z.strictObject({ identityId: z.string(), context: z.record(z.string(), z.json()) })

/** An address, to be proven or proven, and what its mail carries along. */
interface EmailProof {
  readonly identity: IdentityRecord
  readonly context: JsonObject
}

export async function requestEmailVerification(
  request: EmailProof,
  deps: VerifyEmailDeps,
): Promise<{ readonly kind: 'accepted' } | Throttled> {
  const { store, now, background } = deps
  const mailKey = throttleKey('verify-mail', request.identity.normalized)
  const admission = await admitTry(mailKey, mailThrottle, store.throttles, now())
  if (admission.kind === 'throttled') return admission
  background(() => mailVerificationLink(request, deps))
  return { kind: 'accepted' }
}

async function mailVerificationLink(
  { identity, context }: EmailProof,
  { store, random, now, sendMail }: VerifyEmailDeps,
): Promise<void> {
  const token = await issueOneTimeToken(
    { kind: 'email-verification', userId: identity.userId, details: { identityId: identity.id, context } },
    { oneTimeTokens: store.oneTimeTokens, random, now },
  )
  const expiresInMinutes = oneTimeTokenMinutes
  await sendMail({ kind: 'verify-email', to: identity.value, token, expiresInMinutes, context })
}

export type EmailVerification =
  | (EmailProof & { readonly kind: 'verified' })
  | { readonly kind: 'link-unusable' }

/** What a link would prove, without using it up. */
export async function findEmailVerification(
  token: string,
  deps: Pick<VerifyEmailDeps, 'store' | 'now'>,
): Promise<EmailProof | undefined> {
  const { oneTimeTokens } = deps.store
  return provenBy(await peekOneTimeToken('email-verification', token, { oneTimeTokens, now: deps.now }), deps)
}

export async function verifyEmail(
  token: string,
  deps: Pick<VerifyEmailDeps, 'store' | 'now'>,
): Promise<EmailVerification> {
  const { oneTimeTokens, directory } = deps.store
  const taken = await takeOneTimeToken('email-verification', token, { oneTimeTokens, now: deps.now })
  const found = await provenBy(taken, deps)
  if (found === undefined) return { kind: 'link-unusable' }
  const identity = { ...found.identity, isVerified: true }
  await directory.apply([{ kind: 'put-identity', identity }])
  return { kind: 'verified', identity, context: found.context }
}

/** Nothing also when the address was taken from the user since. */
async function provenBy(
  record: OneTimeTokenRecord | undefined,
  { store }: Pick<VerifyEmailDeps, 'store'>,
): Promise<EmailProof | undefined> {
  const parsed = details.safeParse(record?.details)
  if (record === undefined || !parsed.success) return undefined
  const identities = await store.directory.identities(record.userId)
  const identity = identities.find(({ id }) => id === parsed.data.identityId)
  return identity && { identity, context: parsed.data.context }
}
