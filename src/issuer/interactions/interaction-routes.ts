// The pages of a sign-in, by the prompt that the engine is at. One story: find the interaction that this browser is in, show its step,
// or do what a form of it says. Steps never lead to one another; each hands its result to the engine, which asks what is next.
import type { Interaction, KoaContextWithOIDC, Provider } from 'oidc-provider'
import {
  changePassword,
  isSignUpOffered,
  type ChangePasswordDeps,
  type PasswordResetDeps,
  type SignUpDeps,
} from '../../directory/index.ts'
import { endSession, type SessionEndDeps } from '../logout.ts'
import type { ApplicationRecord, ArtifactStore } from '../../store/index.ts'
import { interactionPath } from '../routes.ts'
import type { FormGuard } from './browser-form.ts'
import { dueForm, type FormName } from './due-forms.ts'
import { isOver, reauthRedirect } from './expired-sign-in.ts'
import { requestLink, showForgottenPassword, withinSignIn } from './forgotten-password.ts'
import {
  cancelAction,
  interactionStep,
  promptDetailsOf,
  type InteractionStep,
} from './interaction-context.ts'
import {
  chooseOrganization,
  createOrganization,
  showOrganization,
  type OrganizationStepDeps,
} from './organization-step.ts'
import { backToApplication, showRefusal, type RefusalStepDeps } from './refusal-step.ts'
import { showSignIn, signIn, type SignInStepDeps } from './sign-in-step.ts'
import { finishElsewhere, finishInSignIn, finishSignUpAction, finishSignUpPath } from './sign-up-link.ts'
import { showSignUp, signUpBy } from './sign-up-step.ts'
import { finishSignedIn } from './signed-in-result.ts'
import { replaceTemporaryPassword } from './temporary-password-step.ts'

type Next = () => Promise<void>

export interface InteractionDeps extends OrganizationStepDeps, RefusalStepDeps, SessionEndDeps {
  /** The issuer's address. */
  readonly issuer: string
  readonly guard: FormGuard
  readonly artifacts: ArtifactStore
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly addressOf: (ctx: KoaContextWithOIDC) => string
  readonly signIn: SignInStepDeps
  readonly signUp: SignUpDeps
  readonly changePassword: ChangePasswordDeps
  readonly passwordReset: PasswordResetDeps
  /** The page of an interaction that is not there (any more), or of a form that did not come from us. */
  readonly showExpired: (ctx: KoaContextWithOIDC) => void
  readonly showForbidden: (ctx: KoaContextWithOIDC) => void
}

const pathPattern = new RegExp(`^${interactionPath}/([\\w-]{1,64})(?:/([a-z-]{1,32}))?$`)

export function interactionRoutes(deps: InteractionDeps) {
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const match = pathPattern.exec(ctx.path)
    if (!match) return next()
    const [, uid, action] = match
    const interaction = await findInteraction(ctx, deps.provider)
    // The cookie says which interaction this browser is in, the address which one is asked for (assurance BR-03).
    if (!interaction || interaction.uid !== uid) {
      if (action !== finishSignUpAction) return deps.showExpired(ctx)
      ctx.path = finishSignUpPath
      return next()
    }
    if (isOver(interaction, deps.nowMs)) return showOver(ctx, interaction, deps)
    const application = await deps.application(String(interaction.params['client_id']))
    const step = interactionStep(ctx, interaction, application, deps)
    if (ctx.method === 'GET') return show(step, deps)
    const form = ctx.method === 'POST' ? await deps.guard.read(ctx) : undefined
    if (!form) return deps.showForbidden(ctx)
    const due = dueForm(action, interaction)
    if (due !== undefined) return act(due, step, form, deps)
    // The account is made all the same: the link of the mail was opened after this sign-in had gone on.
    if (action === finishSignUpAction) return finishElsewhere(ctx, form, deps)
    step.reopen()
  }
}

async function findInteraction(
  ctx: KoaContextWithOIDC,
  provider: Provider,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res)
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined
    throw error
  }
}

function showOver(ctx: KoaContextWithOIDC, interaction: Interaction, deps: InteractionDeps): void {
  const redirect = reauthRedirect(interaction, deps.issuer)
  if (redirect === undefined) return deps.showExpired(ctx)
  ctx.set('cache-control', 'no-store')
  ctx.status = 303
  ctx.redirect(redirect)
}

async function show(step: InteractionStep, deps: InteractionDeps): Promise<void> {
  const { interaction } = step
  const details = promptDetailsOf(interaction)
  switch (interaction.prompt.name) {
    case 'organization':
      return showOrganization(step, details.organization ?? { kind: 'settled', code: null }, deps)
    case 'tokens':
      return details.refusal ? showRefusal(step, details.refusal, deps) : step.finish({})
    default:
      return showEntrance(step, deps)
  }
}

/** Signing in, signing up and a forgotten password lead to one another by links. */
async function showEntrance(step: InteractionStep, deps: InteractionDeps): Promise<void> {
  const view = step.ctx.query['view'] ?? (isSignUpFirst(step) ? 'sign-up' : 'sign-in')
  if (view === 'sign-up' && (await isSignUpOffered('email', deps.signUp)))
    showSignUp(step, deps.signUp.passwordRules.minLength)
  else if (view === 'forgotten-password') showForgottenPassword(withinSignIn(step))
  else await showSignIn(step, deps.signIn)
}

/** Of the two pages that lead to each other, the one that the application had in mind (C§1). */
function isSignUpFirst(step: InteractionStep): boolean {
  return step.interaction.prompt.name === 'create' || step.param('start_page') === 'registration'
}

async function act(
  action: FormName,
  step: InteractionStep,
  form: URLSearchParams,
  deps: InteractionDeps,
): Promise<void> {
  switch (action) {
    case 'sign-in': {
      const signedIn = await signIn(step, form, deps.signIn)
      return signedIn && finishSignedIn(step, signedIn, deps)
    }
    case 'temporary-password': {
      const signedIn = await replaceTemporaryPassword(step, form, {
        ...deps,
        passwordMinimum: deps.changePassword.passwordRules.minLength,
        changePassword: (change) => changePassword(change, deps.changePassword),
      })
      return signedIn && finishSignedIn(step, signedIn, deps)
    }
    case 'sign-up': {
      const signedUp = await signUpBy(step, form, deps.signUp)
      return signedUp && finishSignedIn(step, signedUp, deps)
    }
    case finishSignUpAction: {
      const signedUp = await finishInSignIn(step, form, deps.signUp)
      return signedUp && finishSignedIn(step, signedUp, deps)
    }
    case 'forgotten-password':
      return requestLink(withinSignIn(step), form, deps.passwordReset)
    case 'organization':
      return chooseOrganization(step, form, deps)
    case 'create-organization':
      return createOrganization(step, form, deps)
    case cancelAction:
      return step.finish({ error: 'access_denied', error_description: 'The user cancelled the request.' })
    case 'back':
      return backToApplication(step, promptDetailsOf(step.interaction).refusal)
    case 'other-account':
      return signInAsSomebodyElse(step, deps)
    // The engine asks again.
    case 'retry':
      return step.finish({})
  }
}

/** The session ends, and the same request begins anew without it. */
async function signInAsSomebodyElse(step: InteractionStep, deps: SessionEndDeps): Promise<void> {
  const { ctx, interaction } = step
  await endSession(ctx, deps)
  await interaction.destroy()
  const params = Object.entries(interaction.params).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  ctx.status = 303
  ctx.redirect(`${deps.provider.pathFor('authorization')}?${new URLSearchParams(params).toString()}`)
}
