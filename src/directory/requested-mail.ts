// A mail that a request asks for is a job, queued before the answer: a crash after the answer loses no mail, and the answer takes the
// same time whether the address has an account or not (EN-01), because only the job looks. The link's token is made at each attempt,
// so the queue holds no link.
import { z } from 'zod'
import type { JsonObject } from '../oauth/index.ts'
import type { Change, Store } from '../store/index.ts'
import { isOpen } from './accept-invitation.ts'
import type { AccountMail, SendMail } from './account-mail.ts'
import type { RandomBytes } from './ids.ts'
import { pendingSignUp } from './new-account.ts'
import { issueOneTimeToken, oneTimeTokenMinutes } from './one-time-token.ts'

/** The kind of the job. */
export const accountMailKind = 'account-mail'

/** What the request brought along: language, client, where to go on. */
const context = z.record(z.string(), z.json())

const mailRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password-reset'), normalized: z.string(), context }),
  z.strictObject({ kind: z.literal('verify-email'), userId: z.string(), identityId: z.string(), context }),
  z.strictObject({ kind: z.literal('sign-up'), pending: pendingSignUp, context }),
  z.strictObject({ kind: z.literal('account-exists'), to: z.string(), context }),
  z.strictObject({ kind: z.literal('invitation'), invitationId: z.string(), context }),
])
export type MailRequest = z.infer<typeof mailRequest>

const queuedMail = z.strictObject({ request: mailRequest, requestedAtMs: z.number() })

/** Where the request came to that asks for a mail. */
export interface MailDomain {
  /** The custom domain, to which the link of the mail leads back; undefined for the main one. */
  readonly customDomain?: string | undefined
}

export async function requestMail(
  request: MailRequest,
  {
    store,
    now,
    ...domain
  }: MailDomain & { readonly store: Pick<Store, 'commit'>; readonly now: () => number },
): Promise<void> {
  await store.commit([mailJob(request, now(), domain)])
}

/** For a commit that has other changes as well. */
export function mailJob(request: MailRequest, requestedAtMs: number, { customDomain }: MailDomain): Change {
  const context = { ...request.context, ...(customDomain !== undefined && { customDomain }) }
  const payload = { request: { ...request, context }, requestedAtMs }
  return { kind: 'enqueue-job', job: { kind: accountMailKind, payload, enqueuedAtMs: requestedAtMs } }
}

export interface RequestedMailDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'invitations'>
  readonly random: RandomBytes
  readonly now: () => number
  readonly sendMail: SendMail
}

/** `too-late`: the person has long asked again. `unreadable`: another version queued it. */
export type RequestedMailResult = 'sent' | 'not-needed' | 'too-late' | 'unreadable'

/** The work of the job. Rejects when the mail could not be handed over. */
export async function sendRequestedMail(
  payload: JsonObject | null,
  deps: RequestedMailDeps,
): Promise<RequestedMailResult> {
  const queued = queuedMail.safeParse(payload)
  if (!queued.success) return 'unreadable'
  const { request, requestedAtMs } = queued.data
  // An invitation works for days: its mail is worth sending after an outage of any length.
  const isLate = deps.now() - requestedAtMs > oneTimeTokenMinutes * 60_000
  if (isLate && request.kind !== 'invitation') return 'too-late'
  const mail = await mailOf(request, deps)
  if (mail === undefined) return 'not-needed'
  await deps.sendMail(mail)
  return 'sent'
}

/** Undefined when the address has no account, or not any more. */
async function mailOf(request: MailRequest, deps: RequestedMailDeps): Promise<AccountMail | undefined> {
  const { directory } = deps.store
  const common = { expiresInMinutes: oneTimeTokenMinutes, context: request.context }
  switch (request.kind) {
    case 'password-reset': {
      const identity = await directory.identity('email', request.normalized)
      if (identity === undefined) return undefined
      const { userId, id: identityId, value: to } = identity
      const details = { identityId, context: request.context }
      const token = await issueOneTimeToken({ kind: 'password-reset', userId, details }, deps)
      return { kind: 'password-reset', to, token, ...common }
    }
    case 'verify-email': {
      const { userId, identityId } = request
      const identity = (await directory.identities(userId)).find(({ id }) => id === identityId)
      if (identity === undefined) return undefined
      const details = { identityId, context: request.context }
      const token = await issueOneTimeToken({ kind: 'email-verification', userId, details }, deps)
      return { kind: 'verify-email', to: identity.value, token, ...common }
    }
    case 'sign-up': {
      const { pending } = request
      const { type, normalized, value: to } = pending.identifier
      const owner = await directory.identity(type, normalized)
      if (owner !== undefined) return { kind: 'account-exists', to, token: null, ...common }
      const details = { pending, context: request.context }
      const { userId } = pending
      const token = await issueOneTimeToken({ kind: 'email-verification', userId, details }, deps)
      return { kind: 'finish-sign-up', to, token, ...common }
    }
    case 'account-exists':
      return { kind: 'account-exists', to: request.to, token: null, ...common }
    case 'invitation':
      return invitationMail(request, deps)
  }
}

/** Undefined when it was revoked or accepted, or expired, before the mail could leave. */
async function invitationMail(
  { invitationId, context: ofRequest }: Extract<MailRequest, { kind: 'invitation' }>,
  { store, now }: RequestedMailDeps,
): Promise<AccountMail | undefined> {
  const invitation = await store.invitations.find(invitationId)
  if (invitation === undefined || !isOpen(invitation, now())) return undefined
  const organization = await store.directory.organization(invitation.organizationCode)
  return {
    kind: 'invitation',
    to: invitation.email,
    token: invitation.code,
    organization: organization?.name ?? '',
    expiresInMinutes: Math.ceil((invitation.expiresAtMs - now()) / 60_000),
    context: { ...ofRequest, organizationCode: invitation.organizationCode },
  }
}
