// Finishing a sign-up by the link of its mail. The person who proves the address chooses the password: the browser that typed one
// keeps it, and every other browser has to choose a new one, because it may belong to the owner of an address that a stranger typed
// (docs/decisions/0038).
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import { ChangedMeanwhileError } from '../store/index.ts'
import { findConnection } from './connection.ts'
import { pendingSignUp, createAccount, type PendingSignUp, type SignedUp } from './new-account.ts'
import { peekOneTimeToken, takingOneTimeToken } from './one-time-token.ts'
import { passwordProblem, type PasswordProblem } from './password-rules.ts'
import type { SignUpDeps } from './sign-up.ts'

const storedSignUp = z.object({ pending: pendingSignUp, context: z.record(z.string(), z.json()) })

export interface FoundSignUp {
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  /** Another browser typed the password, so this one has to choose it. */
  readonly isPasswordDue: boolean
  readonly context: JsonObject
}

type FindDeps = Pick<SignUpDeps, 'store' | 'now'>

/** For the page that the link of a `finish-sign-up` mail opens. Undefined when the link is unknown, used or expired. */
export async function findSignUp(
  { token, browser }: { readonly token: string; readonly browser: string },
  deps: FindDeps,
): Promise<FoundSignUp | undefined> {
  const stored = await peek(token, deps)
  if (stored === undefined) return undefined
  const { pending, context } = stored
  const { identifier, firstName, lastName } = pending
  const isPasswordDue = !isOfBrowser(pending, browser)
  return { email: identifier.value, firstName, lastName, isPasswordDue, context }
}

/** What a person typed who proves the address in another browser. */
export interface ChosenAccount {
  readonly password: string
  readonly firstName: string | null
  readonly lastName: string | null
}

export interface SignUpProof {
  readonly token: string
  /** The browser that presents the link. */
  readonly browser: string
  readonly ip: string
  /** Taken only when the password is due. */
  readonly chosen?: ChosenAccount
}

export type SignUpFinish =
  | ({ readonly kind: 'signed-up'; readonly context: JsonObject } & SignedUp)
  /** Unknown, used or expired; or the address was taken meanwhile, or sign-up is closed. */
  | { readonly kind: 'link-unusable' }
  /** This browser has to choose a password first. The link stays usable. */
  | { readonly kind: 'password-due' }
  | { readonly kind: 'invalid-password'; readonly problem: PasswordProblem }
  | { readonly kind: 'busy' }

/** A refused password leaves the link usable. */
export async function finishSignUp(proof: SignUpProof, deps: SignUpDeps): Promise<SignUpFinish> {
  const found = await peek(proof.token, deps)
  if (found === undefined || !(deps.isSignUpAllowed || found.pending.invitationId !== null))
    return { kind: 'link-unusable' }
  const account = await provenAccount(found.pending, proof, deps)
  if (account.kind !== 'account') return account
  const { pending } = account
  const connection = findConnection(await deps.store.directory.catalog(), pending.identifier.type)
  if (connection === undefined) return { kind: 'link-unusable' }
  const taking = takingOneTimeToken('email-verification', proof.token, deps.now())
  try {
    const result = await createAccount(pending, connection, true, deps, [taking])
    return result.kind === 'signed-up' ? { ...result, context: found.context } : { kind: 'link-unusable' }
  } catch (error) {
    if (error instanceof ChangedMeanwhileError) return { kind: 'link-unusable' }
    throw error
  }
}

type Proven =
  | { readonly kind: 'account'; readonly pending: PendingSignUp }
  | Extract<SignUpFinish, { kind: 'password-due' | 'invalid-password' | 'busy' }>

async function provenAccount(
  pending: PendingSignUp,
  { browser, chosen, ip }: SignUpProof,
  { hasher, passwordRules }: SignUpDeps,
): Promise<Proven> {
  if (isOfBrowser(pending, browser)) return { kind: 'account', pending }
  if (chosen === undefined) return { kind: 'password-due' }
  const { password, firstName, lastName } = chosen
  const problem = passwordProblem(password, [pending.identifier.normalized], passwordRules)
  if (problem !== undefined) return { kind: 'invalid-password', problem }
  const passwordHash = await hasher.hash(password)
  if (passwordHash === undefined) return { kind: 'busy' }
  return { kind: 'account', pending: { ...pending, passwordHash, firstName, lastName, ip } }
}

function isOfBrowser(pending: PendingSignUp, browser: string): boolean {
  return pending.browser === browser
}

async function peek(
  token: string,
  { store, now }: FindDeps,
): Promise<z.infer<typeof storedSignUp> | undefined> {
  const record = await peekOneTimeToken('email-verification', token, { store, now })
  return storedSignUp.safeParse(record?.details).data
}
