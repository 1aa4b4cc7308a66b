// How mails leave this server: by the mail server of mintage.yaml; without one, in the developer's terminal. In production
// they do not leave at all then, because a link in the terminal is a link in a log.
import type { MintageSettings } from '../config/index.ts'
import { MailError, smtpMail, terminalMail, type Mail } from '../mail/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { ServerSettings } from './server-settings.ts'

export async function openMail(
  { mail }: Pick<MintageSettings, 'mail'>,
  { isProduction }: Pick<ServerSettings, 'isProduction'>,
  { show, log }: { readonly show: (text: string) => void; readonly log: Logger },
): Promise<Mail> {
  if (mail) {
    const { host, port, security, user, password } = mail.smtp
    return smtpMail({
      host,
      port,
      security,
      from: mail.from,
      ...(user !== undefined && { login: { user, password: password?.reveal() ?? '' } }),
    })
  }
  if (!isProduction) return terminalMail(show)
  log.warn('mail_not_configured', { setting: 'settings.mail of mintage.yaml' })
  return noMail
}

const noMail: Mail = {
  async send() {
    throw new MailError('No mail server is configured: settings.mail of mintage.yaml is not set.', {
      isFinal: true,
    })
  },
  close() {},
}
