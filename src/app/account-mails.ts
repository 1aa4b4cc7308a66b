// The job that sends a mail which a request asked for. The directory says to whom and with which token; here the mail gets its link,
// its language and the name that people know.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import {
  invitationApplication,
  sendRequestedMail,
  type AccountMail,
  type SendMail,
} from '../directory/index.ts'
import { FinalJobError, type JobKind } from '../jobs/index.ts'
import { MailError, type Mail, type MailMessage } from '../mail/index.ts'
import { languages, type Language } from '../pages/index.ts'
import type { Store } from '../store/index.ts'
import { mailLook } from './mail-look.ts'

export interface AccountMailDeps {
  readonly mail: Mail
  /** The main address and the further ones, each without a trailing slash. */
  readonly issuer: string
  readonly customDomains: readonly string[]
  readonly store: Store
  /** Signs mails that belong to no application. */
  readonly name: string
  /** Of mails that no visit of a page asked for. */
  readonly language: Language
  /** The client id of the application that invitations lead to, as the settings have it. */
  readonly invitationApplication: string | undefined
}

/** Where the issuer takes the tokens of mails. */
const linkPaths = {
  'password-reset': '/reset-password',
  'finish-sign-up': '/finish-sign-up',
  'verify-email': '/verify-email',
  invitation: '/team_invitation',
} as const satisfies Record<Exclude<AccountMail['kind'], 'account-exists'>, string>

const contextSchema = z.looseObject({
  language: z.enum(languages).optional().catch(undefined),
  clientId: z.string().optional().catch(undefined),
  organizationCode: z.string().optional().catch(undefined),
  customDomain: z.string().optional().catch(undefined),
})

/**
 * A mail server restarts, refuses for a while (greylisting, RFC 5321 §4.5.4.1), or is away. Eight attempts in 18 minutes: a person who
 * waits longer has asked again.
 */
const backoffMs = [1_000, 5_000, 20_000, 60_000, 120_000, 300_000, 600_000]

export function accountMailJob(deps: AccountMailDeps): JobKind {
  const { store } = deps
  return {
    backoffMs,
    concurrency: 5,
    async run({ id, payload }) {
      const sendMail: SendMail = (mail) => send(mail, id, deps)
      const sending = { store, random: randomBytes, now: () => store.nowMs(), sendMail }
      try {
        const result = await sendRequestedMail(payload(), sending)
        if (result === 'too-late') throw new FinalJobError('The mail was asked for too long ago.')
        if (result === 'unreadable') throw new FinalJobError('The request for the mail cannot be read.')
      } catch (error) {
        if (error instanceof MailError && error.isFinal)
          throw new FinalJobError(error.message, { cause: error })
        throw error
      }
    },
  }
}

/** Attempts of one job have one id, so that a mailbox can tell a mail that came twice. */
async function send(
  { kind, to, token, organization, expiresInMinutes, context }: AccountMail,
  id: string,
  { mail, store, name, ...deps }: AccountMailDeps,
): Promise<void> {
  const { language = deps.language, clientId, organizationCode, customDomain } = contextSchema.parse(context)
  // One that was taken from the settings meanwhile is not served any more.
  const issuer = deps.customDomains.find((known) => known === customDomain) ?? deps.issuer
  const catalog = await store.directory.catalog()
  const application =
    kind === 'invitation'
      ? invitationApplication(catalog, deps.invitationApplication)
      : catalog.applications.find((known) => known.clientId === clientId)
  const look = await mailLook(
    { clientId: application?.clientId ?? clientId, organizationCode },
    issuer,
    store,
  )
  await mail.send({
    id,
    kind,
    to,
    language,
    application: look.businessName ?? application?.name ?? name,
    look: look.mail,
    sender: organizationCode === undefined ? undefined : await senderOf(organizationCode, store),
    link:
      kind === 'account-exists'
        ? (application?.loginUri ?? application?.homepageUri ?? issuer)
        : linkTo(`${issuer}${linkPaths[kind]}`, kind === 'invitation' ? 'code' : 'token', token),
    ...(organization !== undefined && { organization }),
    validMinutes: expiresInMinutes,
  })
}

/** What the organization says of it; undefined for an unknown one. */
async function senderOf(code: string, { directory }: Store): Promise<MailMessage['sender']> {
  const settings = (await directory.organization(code))?.settings
  return settings && { name: settings.senderName, address: settings.senderEmail }
}

function linkTo(address: string, parameter: string, token: string | null): string {
  return `${address}?${new URLSearchParams({ [parameter]: token ?? '' }).toString()}`
}
