// How mails leave this server: by the mail server of mintage.yaml; without one, in the terminal of whoever develops. In production
// they do not leave at all then, because a link in the terminal is a link in a log.
import type { MintageSettings } from '../config/index.ts'
import {
  defaultRetries,
  MailError,
  retriedMail,
  smtpMail,
  terminalMail,
  type RetriedMail,
} from '../mail/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { ServerSettings } from './server-settings.ts'

export async function openMail(
  { mail }: Pick<MintageSettings, 'mail'>,
  { isProduction }: Pick<ServerSettings, 'isProduction'>,
  { show, log }: { readonly show: (text: string) => void; readonly log: Logger },
): Promise<RetriedMail> {
  if (mail) {
    const { host, port, security, user, password } = mail.smtp
    const smtp = await smtpMail({
      host,
      port,
      security,
      from: mail.from,
      ...(user !== undefined && { login: { user, password: password?.reveal() ?? '' } }),
    })
    return retriedMail(smtp, {
      ...defaultRetries,
      onRetry: (kind, attempt, error) => log.warn('mail_delayed', { kind, attempt, error }),
    })
  }
  if (!isProduction) return { ...terminalMail(show), hurry() {} }
  log.warn('mail_not_configured', { setting: 'settings.mail of mintage.yaml' })
  return noMail
}

const noMail: RetriedMail = {
  async send() {
    throw new MailError('No mail server is configured: settings.mail of mintage.yaml is not set.', {
      isFinal: true,
    })
  },
  close() {},
  hurry() {},
}
