// Invitations of an organization, for members who may change its members: the open ones, one more, one taken back.
import { inviteByMember, revokeInvitation, type MemberInvitation } from '../../directory/index.ts'
import type { FieldProblem } from '../../pages/index.ts'
import { whileUnchanged } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { organizationPath, organizationsPath } from '../paths.ts'
import { beginSignIn, byUser, formValue, signedInUser, type AccountDeps } from './account-page-deps.ts'
import { hrefOf, placeOf, showOrganization } from './organization.ts'

const problems = {
  'invalid-email': 'emailInvalid',
  member: 'alreadyMember',
  throttled: 'tooManyInvitations',
} as const satisfies Record<Exclude<MemberInvitation['kind'], 'invited'>, FieldProblem>

export async function invite(exchange: Exchange, form: URLSearchParams, deps: AccountDeps): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const [code, typedEmail] = [formValue(form, 'code'), formValue(form, 'email')]
  const place = await placeOf(user, code, deps)
  if (!place?.mayManage) return redirectTo(exchange, organizationsPath)
  const { organization } = place
  const by = byUser('user.invited_member', exchange, deps, user.id)
  const { kind } =
    typedEmail === ''
      ? ({ kind: 'required' } as const)
      : await inviteByMember({ organization, email: typedEmail, userId: user.id }, by)
  if (kind === 'invited') return redirectTo(exchange, hrefOf(organizationPath, { code, done: 'invited' }))
  const problem = kind === 'required' ? kind : problems[kind]
  await showOrganization(exchange, deps, { code, field: 'email', typed: typedEmail, problem })
}

export async function withdrawInvitation(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const code = formValue(form, 'code')
  await whileUnchanged(async () => {
    const [place, invitation] = await Promise.all([
      placeOf(user, code, deps),
      deps.operations.store.invitations.find(formValue(form, 'invitation')),
    ])
    const isOpen = invitation?.acceptedAtMs === null && invitation.revokedAtMs === null
    if (!place?.mayManage || !isOpen || invitation.organizationCode !== code) return
    await revokeInvitation(invitation, byUser('user.withdrew_invitation', exchange, deps, user.id))
  })
  redirectTo(exchange, hrefOf(organizationPath, { code, done: 'withdrawn' }))
}
