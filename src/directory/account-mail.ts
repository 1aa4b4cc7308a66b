// The mails that the directory asks for. Words, links and delivery are the port's; a token is in the clear here and nowhere else.
import type { JsonObject } from '../oauth/index.ts'

export interface AccountMail {
  readonly kind:
    /** Choose another password; `token` is for redeemPasswordReset(). */
    | 'password-reset'
    /** Prove the address to finish a sign-up; `token` is for finishSignUp(). */
    | 'finish-sign-up'
    /** Prove an address of an existing user; `token` is for verifyEmail(). */
    | 'verify-email'
    /** Somebody signed up with an address that has an account; no token. */
    | 'account-exists'
  readonly to: string
  readonly token: string | null
  readonly expiresInMinutes: number
  /** What the request brought along: language, client, where to go on. Also kept with the token and handed back. */
  readonly context: JsonObject
}

/** Rejects when the mail could not be handed over; whoever runs the background work logs that. */
export type SendMail = (mail: AccountMail) => Promise<void>
