// Pages of an account outside of any sign-in: a forgotten password, the links of our mails, and the account itself. One way for all of
// them: a page is shown by GET, and only a form that came from us does something.
import type { Exchange, Next } from '../exchange.ts'
import type { AccountDeps } from './account-page-deps.ts'
import {
  afterSignIn,
  change,
  sendConfirmation,
  showAccount,
  showChangePassword,
  signOut,
} from './account-pages.ts'
import {
  deviceDonePath,
  deviceRefusedPath,
  emailConfirmedPath,
  passwordChangedPath,
  showDeviceDone,
  showEmailConfirmed,
  showPasswordChanged,
} from './after-form-pages.ts'
import { deleteAccount, showAccountDeleted, showDeleteAccount } from './delete-account.ts'
import { showHome } from './home.ts'
import { invite, withdrawInvitation } from './invitations.ts'
import { showOrganizations } from './organizations.ts'
import {
  changeMemberRoles,
  memberRolesPath,
  removeMemberPath,
  removeOtherMember,
  showMember,
} from './member.ts'
import { renameOrganization, renameOrganizationPath, showOrganization } from './organization.ts'
import { openPortal } from './portal.ts'
import { changeProfile, showProfile } from './profile.ts'
import { endSession, endSessionPath, endSessions, endSessionsPath, showSessions } from './sessions.ts'
import { showRefusedForm } from '../ended-sign-in.ts'
import { requestResetLink, reset, showForgotten, showReset } from '../steps/password/password-reset-pages.ts'
import {
  accountDeletedPath,
  accountPath,
  accountSignedInPath,
  changePasswordPath,
  deleteAccountPath,
  finishSignUpPath,
  invitePath,
  memberPath,
  organizationPath,
  organizationsPath,
  portalPath,
  profilePath,
  sessionsPath,
  withdrawInvitationPath,
} from '../paths.ts'
import { showTeamInvitation, teamInvitationPath } from '../steps/invitation/team-invitation.ts'
import {
  finishElsewhere,
  showFinishSignUp,
  showVerifyEmail,
  verify,
  verifyEmailPath,
} from '../steps/sign-up/sign-up-link.ts'

type Page = (exchange: Exchange, deps: AccountDeps) => Promise<void>
type Action = (exchange: Exchange, form: URLSearchParams, deps: AccountDeps) => Promise<void>

const pages: Readonly<Record<string, { readonly get?: Page; readonly post?: Action }>> = {
  '/forgotten-password': { get: showForgotten, post: requestResetLink },
  '/reset-password': { get: showReset, post: reset },
  [finishSignUpPath]: { get: showFinishSignUp, post: finishElsewhere },
  [teamInvitationPath]: { get: showTeamInvitation },
  [verifyEmailPath]: { get: showVerifyEmail, post: verify },
  '/': { get: showHome },
  [accountPath]: { get: (exchange, deps) => showAccount(exchange, deps) },
  [accountSignedInPath]: { get: afterSignIn },
  [changePasswordPath]: { get: (exchange, deps) => showChangePassword(exchange, deps), post: change },
  [portalPath]: { get: openPortal },
  [profilePath]: { get: (exchange, deps) => showProfile(exchange, deps), post: changeProfile },
  [organizationsPath]: { get: showOrganizations },
  [organizationPath]: { get: (exchange, deps) => showOrganization(exchange, deps) },
  [renameOrganizationPath]: { post: renameOrganization },
  [invitePath]: { post: invite },
  [withdrawInvitationPath]: { post: withdrawInvitation },
  [memberPath]: { get: showMember },
  [memberRolesPath]: { post: changeMemberRoles },
  [removeMemberPath]: { post: removeOtherMember },
  [sessionsPath]: { get: showSessions },
  [endSessionPath]: { post: endSession },
  [endSessionsPath]: { post: endSessions },
  [deleteAccountPath]: { get: (exchange, deps) => showDeleteAccount(exchange, deps), post: deleteAccount },
  [accountDeletedPath]: { get: showAccountDeleted },
  '/account/confirm-email': { post: sendConfirmation },
  '/account/sign-out': { post: signOut },
  [passwordChangedPath]: { get: showPasswordChanged },
  [emailConfirmedPath]: { get: showEmailConfirmed },
  [deviceDonePath]: { get: async (exchange) => showDeviceDone(exchange, 'connected') },
  [deviceRefusedPath]: { get: async (exchange) => showDeviceDone(exchange, 'refused') },
}

/** `path` as the account knows it: the link of a sign-up may lead here from a sign-in of another browser. */
export async function answerAccount(
  exchange: Exchange,
  path: string,
  next: Next,
  deps: AccountDeps,
): Promise<void> {
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined
  if (!page) return next()
  if (exchange.method === 'GET' && page.get) return page.get(exchange, deps)
  const { post } = page
  const form = exchange.method === 'POST' && post ? await deps.guard.read(exchange) : undefined
  if (!form || !post) return showRefusedForm(exchange, page.get ? path : accountPath)
  await deps.engine.takeOnce(exchange, path, form, () => post(exchange, form, deps))
}
