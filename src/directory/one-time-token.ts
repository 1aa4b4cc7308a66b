// Links that work once: 256 random bits that go out by mail and are kept as their SHA-256 alone (BR-11).
import { createHash } from 'node:crypto'
import type { JsonObject } from '../oauth/index.ts'
import type { OneTimeTokenRecord, OneTimeTokenStore } from '../store/index.ts'
import type { RandomBytes } from './ids.ts'

export const oneTimeTokenMinutes = 30

export interface OneTimeTokenDeps {
  readonly oneTimeTokens: OneTimeTokenStore
  readonly random: RandomBytes
  readonly now: () => number
}

export interface NewOneTimeToken {
  readonly kind: OneTimeTokenRecord['kind']
  readonly userId: string
  readonly details: JsonObject
}

/** Resolves to the token, for a mail; only its hash is stored. */
export async function issueOneTimeToken(
  { kind, userId, details }: NewOneTimeToken,
  { oneTimeTokens, random, now }: OneTimeTokenDeps,
): Promise<string> {
  const token = Buffer.from(random(32)).toString('base64url')
  const expiresAtMs = now() + oneTimeTokenMinutes * 60_000
  await oneTimeTokens.put({ idHash: hashOf(token), kind, userId, details, expiresAtMs })
  return token
}

/** Looks without using it up, for the page that the link opens: mail scanners open links too. */
export async function peekOneTimeToken(
  kind: OneTimeTokenRecord['kind'],
  token: string,
  { oneTimeTokens, now }: Pick<OneTimeTokenDeps, 'oneTimeTokens' | 'now'>,
): Promise<OneTimeTokenRecord | undefined> {
  return oneTimeTokens.peek(kind, hashOf(token), now())
}

/** Of many at once, one gets it; nobody does when it is unknown, used or expired. */
export async function takeOneTimeToken(
  kind: OneTimeTokenRecord['kind'],
  token: string,
  { oneTimeTokens, now }: Pick<OneTimeTokenDeps, 'oneTimeTokens' | 'now'>,
): Promise<OneTimeTokenRecord | undefined> {
  return oneTimeTokens.take(kind, hashOf(token), now())
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
