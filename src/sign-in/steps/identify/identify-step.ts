// The first page of a sign-in. Signing in, signing up and a forgotten password lead to one another by links, so all three belong to both rows.
import { changePassword } from '../../../directory/index.ts'
import type { ConnectionRecord, IdentityRecord, UserRecord } from '../../../store/index.ts'
import { signedInSession } from '../../assurance.ts'
import { finishSignUpAction } from '../../paths.ts'
import { invitedPerson } from '../invitation/invited-person.ts'
import { joinInvited } from '../invitation/invitation-step.ts'
import { cancelForm, type SignInStep, type Step, type StepForms } from '../../step.ts'
import type { StepDeps } from '../../step-deps.ts'
import { requestLink, showForgottenPassword, withinSignIn } from '../password/forgotten-password.ts'
import { offersSignUp, passwordProof, showSignIn, signIn } from '../password/password-step.ts'
import { replaceTemporaryPassword } from '../password/temporary-password-step.ts'
import { finishInSignIn } from '../sign-up/sign-up-link.ts'
import { showSignUp, signUpBy } from '../sign-up/sign-up-step.ts'

const forms: StepForms = {
  ...cancelForm,
  'sign-in': async (step, form, deps) => finishSignedIn(step, await signIn(step, form, deps.signIn), deps),
  'temporary-password': async (step, form, deps) =>
    finishSignedIn(
      step,
      await replaceTemporaryPassword(step, form, {
        ...deps,
        passwordRules: deps.changePassword.passwordRules,
        changePassword: (change) => changePassword(change, deps.changePassword),
      }),
      deps,
    ),
  'sign-up': async (step, form, deps) => finishSignedIn(step, await signUpBy(step, form, deps.signUp), deps),
  [finishSignUpAction]: async (step, form, deps) =>
    finishSignedIn(step, await finishInSignIn(step, form, deps.signUp), deps),
  'forgotten-password': (step, form, deps) => requestLink(withinSignIn(step), form, deps.passwordReset),
}

/** OIDC Prompt Create §4.1. With `is_create_org=true`, a user who is signed in gets an organization, not a second account (C§1). */
export const createStep: SignInStep = {
  name: 'create',
  isRequestable: true,
  isForUser: false,
  silently: {
    error: 'interaction_required',
    reason: 'create_prompt',
    description: 'create prompt was not resolved',
  },
  due: async (request) => {
    const isForOrganization = request.param('is_create_org') === 'true' && request.session !== undefined
    return request.isAskedFor('create') && !isForOrganization ? {} : undefined
  },
  at: () => ({ show: (step, deps) => showFirstPage(step, 'sign-up', deps), forms }),
}

/** The engine's own checks (no session, `prompt=login`, `max_age`, hints) stand before this one. */
export const loginStep: SignInStep = {
  name: 'login',
  isRequestable: true,
  isForUser: false,
  silently: {
    error: 'login_required',
    reason: 'assurance_insufficient',
    description: 'End-User authentication is required',
  },
  due: async ({ session }) => (session && !signedInSession(session) ? {} : undefined),
  at: () => ({
    // C§1: of the two pages that lead to each other, the one that the application had in mind.
    show: (step, deps) =>
      showFirstPage(step, step.param('start_page') === 'registration' ? 'sign-up' : 'sign-in', deps),
    forms,
  }),
}

async function showFirstPage(step: Step, first: 'sign-up' | 'sign-in', deps: StepDeps): Promise<void> {
  const invited = await invitedPerson(step, deps.signUp)
  // An invited person signs in or up, whichever their address asks for.
  const view = step.exchange.query['view'] ?? (invited ? undefined : first)
  const isNew = invited ? invited.isNew : await offersSignUp(step, deps.signIn)
  if (isNew && (invited !== undefined || view === 'sign-up') && view !== 'forgotten-password')
    showSignUp(step, deps.signUp.passwordRules.minLength, invited)
  else if (view === 'forgotten-password') showForgottenPassword(withinSignIn(step))
  else await showSignIn(step, deps.signIn)
}

interface SignedInUser {
  readonly user: UserRecord
  readonly identity: IdentityRecord
  readonly connection: ConnectionRecord
}

/** Undefined when a page was shown instead. */
async function finishSignedIn(step: Step, signedIn: SignedInUser | undefined, deps: StepDeps): Promise<void> {
  if (!signedIn) return
  const { user, identity, connection } = signedIn
  await joinInvited(step, user.id, deps)
  await step.finish({
    kind: 'signed-in',
    userId: user.id,
    connectionId: connection.id,
    identityId: identity.id,
    proof: passwordProof,
  })
}
