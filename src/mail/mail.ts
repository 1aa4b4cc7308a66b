// What the issuer says to people by mail, as data. A text is made from it (text.ts) and leaves by SMTP (smtp.ts) or is shown in
// the terminal (terminal.ts).
import { AppError } from '../errors/index.ts'
import type { Language } from '../pages/index.ts'

export const mailKinds = [
  'password-reset',
  'finish-sign-up',
  'verify-email',
  'account-exists',
  'invitation',
] as const
export type MailKind = (typeof mailKinds)[number]

/** Colours such as `#0b6a4d`. */
export interface MailLook {
  readonly button: string
  readonly buttonText: string
  /** Absolute, of a format that mail programs show. */
  readonly logoUrl?: string | undefined
}

export interface MailMessage {
  /** The same for each attempt to send it. */
  readonly id: string
  readonly kind: MailKind
  /** The address as its owner wrote it. */
  readonly to: string
  readonly language: Language
  /** Whose users they are, by the name that people know. */
  readonly application: string
  /** From whom it is, where that is not the server's own address. */
  readonly sender?: { readonly name: string | undefined; readonly address: string | undefined } | undefined
  /** Mintage's plain mail when not given. */
  readonly look?: MailLook | undefined
  /** Where to go on. For `account-exists`, where to sign in. */
  readonly link: string
  /** The organization that an invitation is for. */
  readonly organization?: string
  /** How long the link works. */
  readonly validMinutes: number
}

/** `mail_failed`: the mail server was not reached or did not take the mail. */
export class MailError extends AppError {
  /** Another attempt cannot succeed. */
  readonly isFinal: boolean

  constructor(message: string, { isFinal, cause }: { readonly isFinal: boolean; readonly cause?: unknown }) {
    super('mail_failed', message, { cause })
    this.isFinal = isFinal
  }
}

export interface Mail {
  /** Resolves when the mail has left. Throws MailError. */
  send(message: MailMessage): Promise<void>
  close(): void
}
