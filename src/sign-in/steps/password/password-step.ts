// Identifier and password. Every wrong one is reported in the same way; the directory counts the tries.
import {
  checkPassword,
  chosenConnection,
  identifierTypeOf,
  isSignUpOffered,
  type PasswordCheck,
} from '../../../directory/index.ts'
import { signInPage, type SignInView } from '../../../pages/index.ts'
import type { Catalog, ConnectionRecord, Store } from '../../../store/index.ts'
import type { Proof } from '../../assurance.ts'
import { deviceCookie, rememberDevice } from '../../device-cookie.ts'
import type { SignInStepDeps } from '../../step-deps.ts'
import type { Step } from '../../step.ts'
import { identifierHint } from '../identify/identifier-hint.ts'
import { invitedPerson, type InvitedPerson } from '../invitation/invited-person.ts'
import { showTemporaryPassword } from './temporary-password-form.ts'

/** RFC 8176 §2. */
export const passwordProof: Proof = { amr: ['pwd'], acr: null }

type Problem = Pick<SignInView, 'problem' | 'fieldProblems'>

export async function showSignIn(
  step: Step,
  deps: Pick<SignInStepDeps, 'store' | 'now' | 'isSignUpAllowed'>,
  entered?: string,
  problem: Problem = {},
  status = 200,
): Promise<void> {
  const invited = await invitedPerson(step, deps)
  const chosen = await connectionChosenBy(step, invited, deps)
  const identifier = invited?.email ?? entered ?? identifierHint(step.param('login_hint'))
  const page = signInPage({
    ...step.frame,
    ...problem,
    form: step.form('sign-in'),
    cancel: step.cancel(),
    ...(!invited && { identifiers: identifiersOf(await deps.store.directory.catalog(), chosen) }),
    ...(identifier !== undefined && { identifier }),
    ...(invited && { invitedTo: invited.organization }),
    ...(!invited && (await offersSignUp(step, deps)) && { signUpHref: `${step.href()}?view=sign-up` }),
    forgottenPasswordHref: `${step.href()}?view=forgotten-password`,
  })
  step.show(page, status)
}

/** By the connection that the application chose, or by those that are switched on (C§1). */
function identifiersOf(
  { connections }: Catalog,
  chosen: ConnectionRecord | undefined,
): NonNullable<SignInView['identifiers']> {
  if (chosen) return identifierTypeOf(chosen) ?? 'several'
  const isByEmailOnly = connections.every(
    ({ isEnabled, strategy }) => !isEnabled || strategy === 'email:password',
  )
  return isByEmailOnly ? 'email' : 'several'
}

/** The one of `connection_id`. An invitation goes before it, because it is for its address. */
export async function connectionChosenBy(
  step: Pick<Step, 'param'>,
  invited: InvitedPerson | undefined,
  { store: { directory } }: { readonly store: Pick<Store, 'directory'> },
): Promise<ConnectionRecord | undefined> {
  const id = step.param('connection_id')
  return id === undefined || invited ? undefined : chosenConnection(await directory.catalog(), id)
}

/** An account is made with an address, which is not the way in that the application chose when it chose another. */
export async function offersSignUp(
  step: Pick<Step, 'param'>,
  deps: Pick<SignInStepDeps, 'store' | 'isSignUpAllowed'>,
): Promise<boolean> {
  const chosen = await connectionChosenBy(step, undefined, deps)
  return (chosen === undefined || identifierTypeOf(chosen) === 'email') && isSignUpOffered('email', deps)
}

/** Resolves to who signed in; undefined when the page was shown again. */
export async function signIn(
  step: Step,
  form: URLSearchParams,
  deps: SignInStepDeps,
): Promise<(PasswordCheck & { readonly kind: 'signed-in' }) | undefined> {
  const invited = await invitedPerson(step, deps)
  const identifier = invited?.email ?? form.get('identifier')?.trim() ?? ''
  const password = form.get('password') ?? ''
  const missing = {
    ...(identifier === '' && { identifier: 'required' as const }),
    ...(password === '' && { password: 'required' as const }),
  }
  if (Object.keys(missing).length > 0) {
    await showSignIn(step, deps, identifier, { fieldProblems: missing }, 400)
    return undefined
  }
  const deviceToken = deviceCookie(step.exchange)
  const checked = await checkPassword(
    {
      identifier,
      password,
      ip: step.ip,
      ...(deviceToken !== undefined && { deviceToken }),
      clientId: step.application.clientId,
      connection: await connectionChosenBy(step, invited, deps),
    },
    deps,
  )
  switch (checked.kind) {
    case 'signed-in':
      rememberDevice(step.exchange, checked.deviceToken)
      return checked
    case 'temporary-password':
      showTemporaryPassword(
        step,
        { identifier, occasion: checked.isResetRequested ? 'requested' : 'temporary' },
        deps.passwordRules.minLength,
      )
      return undefined
    case 'wrong':
    case 'suspended':
      await showSignIn(step, deps, identifier, { problem: 'credentialsWrong' }, 400)
      return undefined
    case 'throttled':
      step.exchange.set('retry-after', String(checked.retryAfterSeconds))
      await showSignIn(step, deps, identifier, { problem: 'tooManyAttempts' }, 429)
      return undefined
    case 'busy':
      step.exchange.set('retry-after', '2')
      await showSignIn(step, deps, identifier, { problem: 'tooManyAttempts' }, 503)
      return undefined
  }
}
