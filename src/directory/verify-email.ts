// Proving that an address of an existing user is his: a link by mail that works once.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { IdentityRecord, Store } from '../store/index.ts'
import type { SendMail } from './account-mail.ts'
import type { RandomBytes } from './ids.ts'
import { issueOneTimeToken, oneTimeTokenMinutes, takeOneTimeToken } from './one-time-token.ts'

export interface VerifyEmailDeps {
  readonly store: Pick<Store, 'directory' | 'oneTimeTokens'>
  readonly random: RandomBytes
  readonly now: () => number
  readonly sendMail: SendMail
}

const details = z.strictObject({ identityId: z.string(), context: z.record(z.string(), z.json()) })

export async function requestEmailVerification(
  { identity, context }: { readonly identity: IdentityRecord; readonly context: JsonObject },
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
  | { readonly kind: 'verified'; readonly identity: IdentityRecord; readonly context: JsonObject }
  | { readonly kind: 'link-unusable' }

/** Unusable also when the address was taken from the user since. */
export async function verifyEmail(
  token: string,
  { store, now }: Pick<VerifyEmailDeps, 'store' | 'now'>,
): Promise<EmailVerification> {
  const taking = { oneTimeTokens: store.oneTimeTokens, now }
  const record = await takeOneTimeToken('email-verification', token, taking)
  const parsed = details.safeParse(record?.details)
  if (record === undefined || !parsed.success) return { kind: 'link-unusable' }
  const identities = await store.directory.identities(record.userId)
  const found = identities.find(({ id }) => id === parsed.data.identityId)
  if (found === undefined) return { kind: 'link-unusable' }
  const identity = { ...found, isVerified: true }
  await store.directory.apply([{ kind: 'put-identity', identity }])
  return { kind: 'verified', identity, context: parsed.data.context }
}
