// Signing in with a password. Every try costs the same and gets the same answer, whether the account exists, is suspended or the
// password is wrong (EN-01); tries are counted before they are judged, in the store (BF-01 to BF-04).
import {
  type AuditEvent,
  isCommitted,
  refusedSignIn,
  type Change,
  type ConnectionRecord,
  type IdentityRecord,
  type PasswordRecord,
  type Store,
  type UserRecord,
} from '../store/index.ts'
import { connectionOf, identifierTypeOf } from './connection.ts'
import type { RandomBytes } from './ids.ts'
import { identifierOf, typedIdentifier, type Identifier } from './identity.ts'
import { deviceToken, newDeviceToken } from './known-device.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { isPasswordTooLong } from './password-rules.ts'
import { admitSignIn, type AdmittedSignIn } from './sign-in-tries.ts'
import type { Throttled } from './throttle.ts'

/** Work that no request waits for. It begins after the caller was answered, so that its duration tells them nothing (EN-01). */
export type Background = (task: () => Promise<void>) => void

export interface SignInDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'throttles'>
  readonly hasher: PasswordHasher
  readonly random: RandomBytes
  readonly now: () => number
  readonly background: Background
  /** Signs the tokens of known devices. */
  readonly deviceSecret: string
}

export interface SignInTry {
  /** As typed: an address, a username or a phone number. */
  readonly identifier: string
  readonly password: string
  readonly ip: string
  /** What the browser kept of `deviceToken` of an earlier sign-in. */
  readonly deviceToken?: string
  readonly clientId?: string
  /** Only identities of this connection sign in. */
  readonly connection?: ConnectionRecord | undefined
}

export interface SignedIn {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly connection: ConnectionRecord
  /** For a cookie that outlives the session. */
  readonly deviceToken: string
}

export type PasswordCheck =
  | ({ readonly kind: 'signed-in' } & SignedIn)
  /** Right, but to be replaced before anything else: changeTemporaryPassword() of change-password.ts. */
  | ({ readonly kind: 'temporary-password'; readonly isResetRequested: boolean } & SignedIn)
  | { readonly kind: 'wrong' }
  /** The password was right. Shown exactly as `wrong` is. */
  | { readonly kind: 'suspended' }
  | Throttled
  /** Too many passwords are being checked; 503. */
  | { readonly kind: 'busy' }

export async function checkPassword(attempt: SignInTry, deps: SignInDeps): Promise<PasswordCheck> {
  const identifier = identifierFor(attempt)
  const account = await findAccount(identifier, attempt.connection, deps) // 1 whom the text means, if anybody
  if (deps.hasher.isFull()) return { kind: 'busy' } // 2 no try is counted that cannot be judged
  const typed = identifier?.normalized ?? attempt.identifier
  const counters = { throttles: deps.store.throttles, now: deps.now, deviceSecret: deps.deviceSecret }
  const admitted = await admitSignIn({ ...attempt, typed }, account?.password, counters) // 3 count it
  if (admitted.kind === 'refused') {
    if (admitted.isNews)
      await deps.store.commit([auditOf(refusedSignIn, attempt, account, deps.now(), 'throttled')])
    return admitted.throttled
  }
  const verdict = isPasswordTooLong(attempt.password) // 4 equal work for everybody
    ? 'mismatch'
    : await deps.hasher.verify(attempt.password, account?.password)
  if (verdict === 'busy') {
    await deps.store.commit(admitted.takingBack)
    return { kind: 'busy' }
  }
  if (verdict === 'mismatch' || account === undefined) {
    return fail({ kind: 'wrong' }, attempt, account, deps)
  }
  if (account.user.isSuspended) return fail({ kind: 'suspended' }, attempt, account, deps)
  return succeed(account, verdict === 'match-weak', admitted, attempt, deps) // 5 what is left of it
}

interface Account {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly password: PasswordRecord
  readonly connection: ConnectionRecord
}

/** A connection says what the text is; without one, its form decides. */
function identifierFor({ identifier, connection }: SignInTry): Identifier | undefined {
  const type = connection && identifierTypeOf(connection)
  return type === undefined ? typedIdentifier(identifier) : identifierOf(type, identifier)
}

/** Makes the same reads for an unknown user as for a known one. Undefined also without a password, or when its connection takes none or is off. */
async function findAccount(
  identifier: Identifier | undefined,
  chosen: ConnectionRecord | undefined,
  { store: { directory } }: SignInDeps,
): Promise<Account | undefined> {
  const { type, normalized } = identifier ?? { type: 'email', normalized: '' }
  const identity = await directory.identity(type, normalized)
  const userId = identity?.userId ?? ''
  const [user, password] = [await directory.user(userId), await directory.password(userId)]
  const catalog = await directory.catalog()
  const connection = identity && connectionOf(identity, catalog)
  const isChosen = chosen === undefined || chosen.id === connection?.id
  const isByPassword = connection?.kind === 'password' && connection.isEnabled && isChosen
  return identity && user && password && isByPassword ? { user, identity, password, connection } : undefined
}

async function fail(
  result: { readonly kind: 'wrong' | 'suspended' },
  attempt: SignInTry,
  account: Account | undefined,
  deps: SignInDeps,
): Promise<PasswordCheck> {
  const { store, now, background } = deps
  if (account) {
    const counted = { userId: account.user.id, succeeded: false, atMs: now() } as const
    // Apart from the audit record, which is written for unknown accounts as well: the answer must take the same time (EN-01).
    background(() => store.commit([{ kind: 'count-sign-in', ...counted }]))
  }
  await store.commit([auditOf(refusedSignIn, attempt, account, now(), result.kind)])
  return result
}

async function succeed(
  account: Account,
  isWeak: boolean,
  admitted: AdmittedSignIn,
  attempt: SignInTry,
  deps: SignInDeps,
): Promise<PasswordCheck> {
  const { store, now, random, deviceSecret } = deps
  const { user, identity, connection, password } = account
  const stronger = isWeak ? await strongerHash(attempt.password, password, deps) : undefined
  const changes: Change[] = [
    { kind: 'count-sign-in', userId: user.id, succeeded: true, atMs: now(), identityId: identity.id },
    ...admitted.settling,
    auditOf('user.signed_in', attempt, account, now()),
  ]
  // Another request may replace the password meanwhile. Its hash stays then, and the sign-in counts all the same.
  const isStronger =
    stronger !== undefined && (await isCommitted(store.commit([...changes, stronger.change])))
  if (!isStronger) await store.commit(changes)
  const kept = isStronger ? { ...password, hash: stronger.hash } : password
  const token =
    admitted.device === undefined
      ? newDeviceToken(kept, deviceSecret, random)
      : deviceToken(admitted.device, kept, deviceSecret)
  const signedIn = { user, identity, connection, deviceToken: token }
  if (!password.isTemporary) return { kind: 'signed-in', ...signedIn }
  return { kind: 'temporary-password', isResetRequested: password.isResetRequested === true, ...signedIn }
}

/** The same password under today's parameters (PW-02). Undefined when the hasher is busy. */
async function strongerHash(
  password: string,
  { userId, hash: expectedHash }: PasswordRecord,
  { hasher, now }: SignInDeps,
): Promise<{ readonly hash: string; readonly change: Change } | undefined> {
  const hash = await hasher.hash(password)
  if (hash === undefined) return undefined
  return {
    hash,
    change: { kind: 'update-password', userId, set: { hash, updatedAtMs: now() }, expectedHash },
  }
}

function auditOf(
  event: AuditEvent,
  { ip, clientId }: SignInTry,
  account: Account | undefined,
  atMs: number,
  reason?: string,
): Change {
  return {
    kind: 'append-audit',
    record: {
      atMs,
      event,
      userId: account?.user.id ?? null,
      clientId: clientId ?? null,
      ip,
      details: reason === undefined ? {} : { reason },
    },
  }
}
