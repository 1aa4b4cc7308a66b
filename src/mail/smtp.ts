// Mail by SMTP. Connections are kept and shared. Time-outs are short, because a job tries again.
import { MailError, type Mail, type MailMessage } from './mail.ts'
import { mailText, nameOnOneLine } from './text.ts'

export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** `starttls` insists on an upgrade, `tls` is encrypted from the first byte, `none` is for a catcher on this machine. */
  readonly security: 'starttls' | 'tls' | 'none'
  readonly login?: { readonly user: string; readonly password: string }
  /** `Name <address>` or an address. */
  readonly from: string
}

const timeoutMs = 10_000

export async function smtpMail({ host, port, security, login, from }: SmtpSettings): Promise<Mail> {
  const { createTransport } = await import('nodemailer') // not read at the start of who has no mail server
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login && { auth: { user: login.user, pass: login.password } }),
    pool: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(message) {
      const { subject, plain, html } = mailText(message)
      try {
        await transport.sendMail({
          from: senderOf(message, from),
          // As an object it is one address, whatever commas are in it.
          to: { name: '', address: message.to },
          subject,
          text: plain,
          html,
          messageId: `<${message.id}@${domainOf(from)}>`,
          // So that no out-of-office answer comes back (RFC 3834 §5).
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
      } catch (cause) {
        throw new MailError('The mail server did not take the mail.', { cause, isFinal: isPermanent(cause) })
      }
    },
    close: () => transport.close(),
  }
}

/** A name without an address stands before the server's own address. */
function senderOf({ sender }: MailMessage, from: string): string | { name: string; address: string } {
  const { name, address } = sender ?? {}
  if (name === undefined && address === undefined) return from
  return { name: nameOnOneLine(name ?? ''), address: address ?? addressOf(from) }
}

function addressOf(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from
}

/** What a Message-ID ends in (RFC 5322 §3.6.4). */
function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
}

/** RFC 5321 §4.2.1: 5yz is a permanent refusal. Everything else, a lost connection included, may pass. */
function isPermanent(error: unknown): boolean {
  return (
    error instanceof Error &&
    'responseCode' in error &&
    typeof error.responseCode === 'number' &&
    error.responseCode >= 500
  )
}
