// Signing up with an address or a username and a password. With proof of the address, the answer is the same whether it has an
// account or not: the mail says which (EN-01). Without proof, the person is signed in at once, so a taken address shows.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { StoreError } from '../errors/index.ts'
import type { ConnectionRecord, IdentityRecord, IdentityType, Store, UserRecord } from '../store/index.ts'
import type { SendMail } from './account-mail.ts'
import { findConnection } from './connection.ts'
import { newId, type RandomBytes } from './ids.ts'
import { identifierOf, type Identifier } from './identity.ts'
import {
  issueOneTimeToken,
  oneTimeTokenMinutes,
  peekOneTimeToken,
  takeOneTimeToken,
} from './one-time-token.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { passwordProblem, type PasswordProblem, type PasswordRules } from './password-rules.ts'
import type { Background } from './sign-in.ts'
import { addressThrottle, networkOf, throttleKey, waitSeconds, type Throttled } from './throttle.ts'
import { joiningChanges, newIdentity, newUser } from './user.ts'

export interface SignUpDeps {
  readonly store: Pick<Store, 'directory' | 'oneTimeTokens' | 'throttles' | 'audit'>
  readonly hasher: PasswordHasher
  readonly passwordRules: PasswordRules
  readonly random: RandomBytes
  readonly now: () => number
  readonly sendMail: SendMail
  readonly background: Background
  /** Whether an address has to be proven before the account exists. */
  readonly isEmailProofRequired: boolean
  /** Whether people may make accounts for themselves. */
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
  readonly context: JsonObject
}

export interface SignedUp {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly connection: ConnectionRecord
}

export type SignUpResult =
  | ({ readonly kind: 'signed-up' } & SignedUp)
  /** A mail is under way to the address: to finish, or to say that there is an account. */
  | { readonly kind: 'check-mail' }
  /** Only where no proof is asked for. An owner with an address has been written to. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'invalid-identifier' }
  | { readonly kind: 'invalid-password'; readonly problem: PasswordProblem }
  /** Nobody may sign up, or no connection for that kind of identifier is switched on. */
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
  if (connection === undefined || !deps.isSignUpAllowed) return { kind: 'not-offered' }
  const problem = passwordProblem(form.password, [identifier.normalized], deps.passwordRules)
  if (problem !== undefined) return { kind: 'invalid-password', problem }
  const throttled = await admitSignUp(form.ip, deps)
  if (throttled) return throttled
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
  }
  if (deps.isEmailProofRequired && identifier.type === 'email') {
    deps.background(() => mailProof(pending, owner !== undefined, form.context, deps))
    return { kind: 'check-mail' }
  }
  if (owner) return taken(identifier, form.context, deps)
  return createUser(pending, connection, false, deps)
}

const pendingSignUp = z.strictObject({
  userId: z.string(),
  identifier: z.strictObject({
    type: z.enum(['email', 'username', 'phone']),
    value: z.string(),
    normalized: z.string(),
  }),
  passwordHash: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  organizationCode: z.string().nullable(),
  clientId: z.string().nullable(),
  ip: z.string(),
  requestedAtMs: z.number(),
})
type PendingSignUp = z.infer<typeof pendingSignUp>

const storedSignUp = z.strictObject({ pending: pendingSignUp, context: z.record(z.string(), z.json()) })

export type SignUpFinish =
  | ({ readonly kind: 'signed-up'; readonly context: JsonObject } & SignedUp)
  /** Unknown, used or expired; or the address was taken meanwhile, or nobody may sign up any more. */
  | { readonly kind: 'link-unusable' }

/** For the page that the link of a `finish-sign-up` mail opens. Undefined when the link is unknown, used or expired. */
export async function findSignUp(
  token: string,
  { store, now }: Pick<SignUpDeps, 'store' | 'now'>,
): Promise<{ readonly email: string; readonly context: JsonObject } | undefined> {
  const peeking = { oneTimeTokens: store.oneTimeTokens, now }
  const stored = storedSignUp.safeParse(
    (await peekOneTimeToken('email-verification', token, peeking))?.details,
  )
  return stored.success
    ? { email: stored.data.pending.identifier.value, context: stored.data.context }
    : undefined
}

export async function finishSignUp(token: string, deps: SignUpDeps): Promise<SignUpFinish> {
  if (!deps.isSignUpAllowed) return { kind: 'link-unusable' }
  const taking = { oneTimeTokens: deps.store.oneTimeTokens, now: deps.now }
  const record = await takeOneTimeToken('email-verification', token, taking)
  const stored = storedSignUp.safeParse(record?.details)
  if (!stored.success) return { kind: 'link-unusable' }
  const { pending, context } = stored.data
  const connection = findConnection(await deps.store.directory.catalog(), pending.identifier.type)
  if (connection === undefined) return { kind: 'link-unusable' }
  const result = await createUser(pending, connection, true, deps)
  return result.kind === 'signed-up' ? { ...result, context } : { kind: 'link-unusable' }
}

async function mailProof(
  pending: PendingSignUp,
  isTaken: boolean,
  context: JsonObject,
  { store, random, now, sendMail }: SignUpDeps,
): Promise<void> {
  const to = pending.identifier.value
  const expiresInMinutes = oneTimeTokenMinutes
  if (isTaken) return sendMail({ kind: 'account-exists', to, token: null, expiresInMinutes, context })
  const token = await issueOneTimeToken(
    { kind: 'email-verification', userId: pending.userId, details: { pending, context } },
    { oneTimeTokens: store.oneTimeTokens, random, now },
  )
  return sendMail({ kind: 'finish-sign-up', to, token, expiresInMinutes, context })
}

async function createUser(
  pending: PendingSignUp,
  connection: ConnectionRecord,
  isVerified: boolean,
  deps: SignUpDeps,
): Promise<({ readonly kind: 'signed-up' } & SignedUp) | { readonly kind: 'taken' }> {
  const { store, now, random } = deps
  const { userId, identifier, passwordHash, organizationCode } = pending
  const atMs = now()
  const preferredEmail = identifier.type === 'email' ? identifier.value : null
  const user: UserRecord = { ...newUser(userId, namesOf(pending), atMs), preferredEmail }
  const identity = newIdentity(identifier, userId, { isVerified, atMs, random })
  const organization =
    organizationCode === null
      ? await store.directory.defaultOrganization()
      : await store.directory.organization(organizationCode)
  try {
    await store.directory.apply([
      { kind: 'put-user', user },
      { kind: 'put-identity', identity },
      {
        kind: 'put-password',
        password: { userId, hash: passwordHash, isTemporary: false, updatedAtMs: atMs },
      },
      ...joiningChanges(organization, userId, await store.directory.catalog(), atMs),
      { kind: 'count-sign-in', userId, succeeded: true, atMs },
    ])
  } catch (error) {
    // Two sign-ups with one address at the same time: the database keeps the first.
    if (error instanceof StoreError && error.code === 'store_conflict') return { kind: 'taken' }
    throw error
  }
  const { clientId, ip } = pending
  await store.audit.append({ atMs, event: 'user.signed_up', userId, clientId, ip, details: {} })
  return { kind: 'signed-up', user, identity, connection }
}

function namesOf({ firstName, lastName }: PendingSignUp) {
  return { firstName, lastName }
}

function taken(identifier: Identifier, context: JsonObject, deps: SignUpDeps): { readonly kind: 'taken' } {
  if (identifier.type === 'email') {
    const expiresInMinutes = oneTimeTokenMinutes
    const mail = {
      kind: 'account-exists',
      to: identifier.value,
      token: null,
      expiresInMinutes,
      context,
    } as const
    deps.background(() => deps.sendMail(mail))
  }
  return { kind: 'taken' }
}

/** Sign-ups of one address are counted whether they succeed or not: each may send a mail and makes a hash. */
async function admitSignUp(ip: string, { store, now }: SignUpDeps): Promise<Throttled | undefined> {
  const key = throttleKey('sign-up', networkOf(ip))
  const wait = waitSeconds(await store.throttles.failures(key), addressThrottle, now())
  if (wait > 0) return { kind: 'throttled', retryAfterSeconds: wait }
  await store.throttles.recordFailure(key, now(), addressThrottle.forgetAfterMs)
  return undefined
}
