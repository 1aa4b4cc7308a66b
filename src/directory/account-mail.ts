// The mails that the directory asks for. Words, links and delivery are the port's; a token is in the clear here and nowhere else.
import type { JsonObject } from '../oauth/index.ts'
import type { ThrottleStore } from '../store/index.ts'
import { admitTry, mailThrottle, throttleKey, type Admission, type Throttled } from './throttle.ts'

export interface AccountMail {
  readonly kind:
    /** Choose another password; `token` is for redeemPasswordReset(). */
    | 'password-reset'
    /** Prove the address to finish a sign-up; `token` is for finishSignUp(). */
    | 'finish-sign-up'
    /** Prove an address of an existing user; `token` is for verifyEmail(). */
    | 'verify-email'
    /** A sign-up with an address that has an account; no token. */
    | 'account-exists'
    /** Join an organization; `token` is the invitation's code. */
    | 'invitation'
  readonly to: string
  readonly token: string | null
  /** The name of the organization that an invitation is for. */
  readonly organization?: string
  readonly expiresInMinutes: number
  /** What the request brought along: language, client, where to go on. Also kept with the token and handed back. */
  readonly context: JsonObject
}

/** Rejects when the mail could not be handed over. */
export type SendMail = (mail: AccountMail) => Promise<void>

/**
 * Before each mail: one mailbox gets a few of a kind in an hour, however many people and networks ask for them. The kinds are
 * counted apart, so that a stranger's sign-ups do not use up the owner's resets. `sign-up` stands for both mails of a sign-up: which of
 * them goes out tells whether there is an account.
 */
export function admitMail(
  kind: 'password-reset' | 'verify-email' | 'sign-up',
  normalized: string,
  throttles: ThrottleStore,
  nowMs: number,
): Promise<Admission | Throttled> {
  return admitTry(throttleKey('mail', `${kind} ${mailboxOf(normalized)}`), mailThrottle, throttles, nowMs)
}

/** Subaddresses (RFC 5233) end in one mailbox: `ada+1@example.com` is `ada@example.com`. */
function mailboxOf(normalized: string): string {
  return normalized.replace(/^([^+]+)\+[^@]*@/, '$1@')
}
