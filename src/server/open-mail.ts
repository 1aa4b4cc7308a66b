// How mails leave this server: by the mail server of mintage.yaml; without one, in the terminal of whoever develops. In production
// they do not leave at all then, because a link in the terminal is a link in a log.
import type { MintageSettings } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import { smtpMail, terminalMail, type Mail } from '../mail/index.ts'
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
    throw new AppError(
      'mail_failed',
      'No mail server is configured: settings.mail of mintage.yaml is not set.',
    )
  },
  close() {},
}
