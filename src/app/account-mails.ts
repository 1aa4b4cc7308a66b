// The directory asks for a mail with a token; here it gets its link, its language and the name that people know.
import { z } from 'zod'
import type { AccountMail, SendMail } from '../directory/index.ts'
import type { Mail } from '../mail/index.ts'
import { languages } from '../pages/index.ts'
import type { DirectoryStore } from '../store/index.ts'

export interface AccountMailDeps {
  readonly mail: Mail
  /** Without a trailing slash. */
  readonly issuer: string
  readonly directory: Pick<DirectoryStore, 'catalog'>
  /** Signs mails that belong to no application. */
  readonly name: string
}

/** Where the issuer takes the tokens of mails. */
const linkPaths = {
  'password-reset': '/reset-password',
  'finish-sign-up': '/finish-sign-up',
  'verify-email': '/verify-email',
} as const satisfies Record<Exclude<AccountMail['kind'], 'account-exists'>, string>

const contextSchema = z.looseObject({
  language: z.enum(languages).catch('en'),
  clientId: z.string().optional().catch(undefined),
})

export function accountMails({ mail, issuer, directory, name }: AccountMailDeps): SendMail {
  return async ({ kind, to, token, expiresInMinutes, context }) => {
    const { language, clientId } = contextSchema.parse(context)
    const { applications } = await directory.catalog()
    const application = applications.find((known) => known.clientId === clientId)
    await mail.send({
      kind,
      to,
      language,
      application: application?.name ?? name,
      link:
        kind === 'account-exists'
          ? (application?.loginUri ?? application?.homepageUri ?? issuer)
          : `${issuer}${linkPaths[kind]}?${new URLSearchParams({ token: token ?? '' }).toString()}`,
      validMinutes: expiresInMinutes,
    })
  }
}
