// The profile of the signed-in user: names to change, identities to read.
import { updateUser } from '../../directory/index.ts'
import { profilePage, type FieldProblem, type ProfileView } from '../../pages/index.ts'
import { whileUnchanged, type UserRecord } from '../../store/index.ts'
import { redirectTo, type Exchange } from '../exchange.ts'
import { sendPage } from '../page-frame.ts'
import { deleteAccountPath, profilePath } from '../paths.ts'
import { accountFrame } from './account-frame.ts'
import { beginSignIn, byUser, signedInUser, type AccountDeps } from './account-page-deps.ts'

/** As at the management API. */
const longestName = 100

type Typed = Pick<ProfileView, 'names' | 'fieldProblems'>

export async function showProfile(exchange: Exchange, deps: AccountDeps, typed?: Typed): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const identities = await deps.directory.identities(user.id)
  const picture =
    user.picture !== null && URL.parse(user.picture)?.protocol === 'https:' ? user.picture : null
  const page = profilePage({
    ...(await accountFrame(exchange, deps, { current: 'profile', shownAt: profilePath })),
    form: { action: profilePath, csrfToken: deps.guard.token(exchange) },
    names: namesOf(user),
    ...typed,
    ...(picture !== null && { pictureUrl: picture }),
    identities: identities.map(({ type, value, isVerified }) => ({ type, value, isVerified })),
    deleteHref: deleteAccountPath,
  })
  sendPage(exchange, page, { status: typed?.fieldProblems ? 400 : 200 })
}

export async function changeProfile(
  exchange: Exchange,
  form: URLSearchParams,
  deps: AccountDeps,
): Promise<void> {
  const user = await signedInUser(exchange, deps)
  if (!user) return beginSignIn(exchange, deps)
  const names = {
    given_name: (form.get('given_name') ?? '').trim(),
    family_name: (form.get('family_name') ?? '').trim(),
  }
  const problems = Object.entries(names).flatMap(([field, name]): [string, FieldProblem][] => {
    const problem = nameProblem(name)
    return problem === undefined ? [] : [[field, problem]]
  })
  if (problems.length > 0)
    return showProfile(exchange, deps, { names, fieldProblems: Object.fromEntries(problems) })
  const fields = { firstName: names.given_name || null, lastName: names.family_name || null }
  await whileUnchanged(async () => {
    const current = await deps.directory.user(user.id)
    if (current) await updateUser(current, fields, byUser('user.profile_changed', exchange, deps))
  })
  redirectTo(exchange, `${profilePath}?done=saved`)
}

function nameProblem(name: string): FieldProblem | undefined {
  if (name.length > longestName) return 'textTooLong'
  return /\p{Cc}/u.test(name) || !name.isWellFormed() ? 'textInvalid' : undefined
}

function namesOf({ firstName, lastName }: UserRecord): ProfileView['names'] {
  return { given_name: firstName ?? '', family_name: lastName ?? '' }
}
