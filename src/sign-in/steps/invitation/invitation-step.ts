// Two rows for a request with `invitation_code` (C§1). `invitation`: it cannot be used, which is said before anything is asked. `join`: the user
// who is signed in joins the organization, or learns that the invitation is for another address. In between, the pages of signing in and
// up are those of the invitation's address (invited-person.ts). A user who has just proved who they are joins with that.
import { z } from 'zod'
import { acceptInvitation, findInvitation, type FoundInvitation } from '../../../directory/index.ts'
import { invitationUnusablePage, joinOrganizationPage, otherAddressPage } from '../../../pages/index.ts'
import { signedInSession } from '../../assurance.ts'
import { cancelForm, type RequestFacts, type SignInStep, type Step, type StepChecks } from '../../step.ts'
import type { StepDeps } from '../../step-deps.ts'
import { otherAccount } from '../refused/refused-step.ts'

export const invitationParameters = ['invitation_code', 'is_invitation'] as const

const unusable = { error: 'access_denied', description: 'The invitation cannot be used.' } as const

export const invitationStep: SignInStep = {
  name: 'invitation',
  isRequestable: false,
  isForUser: false,
  silently: {
    error: unusable.error,
    reason: 'invitation_unusable',
    description: unusable.description,
  },
  due: async (request, checks) => ((await foundFor(request, checks))?.kind === 'unusable' ? {} : undefined),
  at: () => ({
    show: showUnusable,
    forms: {
      back: (step) => step.finish({ kind: 'refused', ...unusable }),
      'without-invitation': (step) => step.signIn.beginAnew(invitationParameters),
    },
  }),
}

/** As it was persisted. */
const detailsSchema = z.looseObject({ isOwn: z.boolean().default(false) })

export const joinStep: SignInStep = {
  name: 'join',
  isRequestable: false,
  isForUser: true,
  silently: {
    error: 'interaction_required',
    reason: 'invitation_open',
    description: 'the invitation has to be accepted',
  },
  async due(request, checks) {
    const found = await foundFor(request, checks)
    return found?.kind === 'open' ? { details: { isOwn: found.isOwn === true } } : undefined
  },
  at(details) {
    if (detailsSchema.parse(details).isOwn) return { show: showJoin, forms: { ...cancelForm, join } }
    const back = (step: Step) =>
      step.finish({
        kind: 'refused',
        error: 'access_denied',
        description: 'The invitation is for another address.',
      })
    return { show: showOtherAddress, forms: { back, 'other-account': otherAccount } }
  },
}

async function foundFor(
  { param, session }: RequestFacts,
  checks: Pick<StepChecks, 'findInvitation'>,
): Promise<FoundInvitation | undefined> {
  const code = param('invitation_code')
  return code === undefined ? undefined : checks.findInvitation(code, signedInSession(session)?.accountId)
}

function showUnusable(step: Step): void {
  const way = (action: string) => ({ kind: 'form', form: step.form(action) }) as const
  const ways = { goOn: way('without-invitation'), back: way('back') }
  step.show(invitationUnusablePage({ ...step.frame, ways }), 400)
}

type JoinDeps = Pick<StepDeps, 'signUp' | 'directory'>

async function showJoin(step: Step, deps: JoinDeps): Promise<void> {
  const { open, account } = await shown(step, deps)
  if (!open) return step.finish({ kind: 'checked-again' })
  const page = joinOrganizationPage({
    ...step.frame,
    form: step.form('join'),
    cancel: step.cancel(),
    organization: open.organization.name,
    account,
  })
  step.show(page)
}

async function showOtherAddress(step: Step, deps: JoinDeps): Promise<void> {
  const { open, account } = await shown(step, deps)
  if (!open) return step.finish({ kind: 'checked-again' })
  const page = otherAddressPage({
    ...step.frame,
    email: open.invitation.email,
    account,
    otherAccount: { kind: 'form', form: step.form('other-account') },
    back: { kind: 'form', form: step.form('back') },
  })
  step.show(page, 403)
}

/** As it is now: it may have been accepted or revoked since the step began, and the checks then say what is next. */
async function shown(step: Step, { signUp, directory }: JoinDeps) {
  const userId = step.signIn.accountId ?? ''
  const found = await findInvitation(step.param('invitation_code') ?? '', userId, signUp)
  const user = await directory.user(userId)
  const account = user?.preferredEmail ?? [user?.firstName, user?.lastName].filter(Boolean).join(' ')
  return { open: found.kind === 'open' ? found : undefined, account }
}

async function join(step: Step, _form: URLSearchParams, deps: JoinDeps): Promise<void> {
  await joinInvited(step, step.signIn.accountId ?? '', deps)
  await step.finish({ kind: 'checked-again' })
}

/** Accepts the invitation of the request for a user who has its address. Whatever comes of it, the checks say what is next. */
export async function joinInvited(
  step: Step,
  userId: string,
  { signUp }: Pick<StepDeps, 'signUp'>,
): Promise<void> {
  const code = step.param('invitation_code')
  if (code === undefined) return
  const { ip, application } = step
  await acceptInvitation({ code, userId, clientId: application.clientId, ip }, signUp)
}
