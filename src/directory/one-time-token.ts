// Links that work once: 256 random bits that go out by mail, or to an application, and are kept only as their SHA-256 (BR-11).
import { createHash } from 'node:crypto'
import type { JsonObject } from '../oauth/index.ts'
import type { Change, OneTimeTokenRecord, Store } from '../store/index.ts'
import type { RandomBytes } from './ids.ts'

export const oneTimeTokenMinutes = 30

interface OneTimeTokenDeps {
  readonly store: Pick<Store, 'commit'>
  readonly random: RandomBytes
  readonly now: () => number
}

export interface NewOneTimeToken {
  readonly kind: OneTimeTokenRecord['kind']
  readonly userId: string
  readonly details: JsonObject
  readonly minutes?: number
}

/** Resolves to the token, for a link; only its hash is stored. */
export async function issueOneTimeToken(
  { kind, userId, details, minutes = oneTimeTokenMinutes }: NewOneTimeToken,
  { store, random, now }: OneTimeTokenDeps,
): Promise<string> {
  const token = Buffer.from(random(32)).toString('base64url')
  const expiresAtMs = now() + minutes * 60_000
  const record = { idHash: hashOf(token), kind, userId, details, expiresAtMs }
  await store.commit([{ kind: 'add-one-time-token', token: record }])
  return token
}

/** Looks without using it up, for the page that the link opens: mail scanners open links too. */
export async function peekOneTimeToken(
  kind: OneTimeTokenRecord['kind'],
  token: string,
  { store, now }: { readonly store: Pick<Store, 'oneTimeTokens'>; readonly now: () => number },
): Promise<OneTimeTokenRecord | undefined> {
  return store.oneTimeTokens.peek(kind, hashOf(token), now())
}

/** Uses it up, as a change of the commit of what it was for: of many such commits one succeeds, and the others lose (ChangedMeanwhileError). */
export function takingOneTimeToken(
  tokenKind: OneTimeTokenRecord['kind'],
  token: string,
  nowMs: number,
): Change {
  return { kind: 'take-one-time-token', tokenKind, idHash: hashOf(token), nowMs }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
