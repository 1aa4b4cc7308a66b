// What our mails bring back to us through their links: the language and the application of the person, and the sign-in that the mail
// was asked for in, where that browser can go on. Parsed at the door: it comes out of the database.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { PageView } from '../pages/index.ts'
import type { ApplicationRecord, DirectoryStore } from '../store/index.ts'
import type { Exchange } from './exchange.ts'
import type { Step } from './step.ts'
import { pageFrame } from './page-frame.ts'

const mailContextSchema = z.object({
  language: z.string().optional(),
  clientId: z.string().optional(),
  interaction: z.string().optional(),
  /** The organization that the sign-in is for: it may be the sender. */
  organizationCode: z.string().optional(),
})

export type MailContext = z.infer<typeof mailContextSchema>

export function mailContextOf({ frame, application, signIn }: Step): JsonObject {
  const organizationCode = signIn.param('org_code')
  return {
    language: frame.language,
    clientId: application.clientId,
    interaction: signIn.uid,
    ...(organizationCode !== undefined && { organizationCode }),
  }
}

export function parseMailContext(json: JsonObject): MailContext {
  return mailContextSchema.parse(json)
}

export interface MailedPage {
  readonly frame: PageView
  /** Undefined when the mail was asked for outside of any application, or it is gone. */
  readonly application: ApplicationRecord | undefined
}

/** The frame of the page that a mail's link opens. */
export async function mailedPage(
  exchange: Exchange,
  { language, clientId, organizationCode }: MailContext,
  { directory, shownAt }: { readonly directory: DirectoryStore; readonly shownAt: string },
): Promise<MailedPage> {
  const { applications } = await directory.catalog()
  const application = applications.find((known) => known.clientId === clientId)
  const frame = await pageFrame(exchange, {
    requestedLanguage: language,
    application,
    organizationCode,
    shownAt,
  })
  return { frame, application }
}
