// The user deletes the account. The password is asked for once more, because a borrowed browser must not be enough; then everything of the
// user goes in one commit.
import { confirmPassword, deleteUser, type PasswordConfirmation } from '../../directory/index.ts'
import { accountDeletedPage, deleteAccountPage, type DeleteAccountView } from '../../pages/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { pageFrame, sendPage } from '../page-frame.ts'
import { accountDeletedPath, deleteAccountPath, profilePath } from '../paths.ts'
import { beginSignIn, byUser, signedInUser, usernameOf, type AccountDeps } from './account-page-deps.ts'

type Problem = Pick<DeleteAccountView, 'problem' | 'fieldProblems'>

export async function showDeleteAccount(
  exchange: Exchange,
  deps: AccountDeps,
  problem?: Problem,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const page = deleteAccountPage({
    ...(await pageFrame(exchange, { shownAt: deleteAccountPath })),
    ...problem,
    form: { action: deleteAccountPath, csrfToken: deps.guard.token(exchange) },
    account: user.preferredEmail ?? (await usernameOf(user, deps)) ?? '',
    cancelHref: profilePath,
  })
  sendPage(exchange, page, { status: problem ? 400 : 200 })
}

export async function deleteAccount(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const password = form.get('current_password') ?? ''
  if (password === '')
    return showDeleteAccount(exchange, deps, { fieldProblems: { current_password: 'required' } })
  const confirmed = await confirmPassword(user.id, password, deps.changePassword)
  if (confirmed.kind !== 'right') return showDeleteAccount(exchange, deps, problemOf(confirmed))
  await deleteUser(user, byUser('user.deleted_account', exchange, deps))
  // Its session went with the user; this removes the cookie.
  await deps.engine.endSession(exchange)
  redirectTo(exchange, accountDeletedPath)
}

function problemOf({ kind }: Exclude<PasswordConfirmation, { readonly kind: 'right' }>): Problem {
  return kind === 'wrong'
    ? { fieldProblems: { current_password: 'currentPasswordWrong' } }
    : { problem: 'tooManyAttempts' }
}

export async function showAccountDeleted(exchange: Exchange): Promise<void> {
  const frame = await pageFrame(exchange, {})
  const { accountHref: _, ...onward } = frame.onward ?? {}
  sendPage(exchange, accountDeletedPage({ ...frame, onward }))
}
