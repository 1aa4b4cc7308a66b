// The pages of a sign-in, by the prompt that the engine is at. One story: find the interaction that this browser is in, show its step,
// or do what a form of it says. Steps never lead to one another; each hands its result to the engine, which asks what is next.
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider'
import {
  changePassword,
  isSignUpOffered,
  type ChangePasswordDeps,
  type PasswordResetDeps,
  type SignUpDeps,
} from '../../directory/index.ts'
import type { FindApplication } from '../request/account-application.ts'
import type { AnswerOnce } from '../http/answer-once.ts'
import { formOnce } from '../http/forms-once.ts'
import { leaveSession, type SessionEndDeps } from '../kinde/logout.ts'
import type { ApplicationRecord, ArtifactStore } from '../../store/index.ts'
import { interactionPath } from '../request/routes.ts'
import { beginAnew } from './begin-anew.ts'
import type { FormGuard } from './browser-form.ts'
import { dueForm, type FormName } from './due-forms.ts'
import { againAction, endingWithoutCookie, showEnded, signedCookie } from './ended-sign-in.ts'
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
import { isInItsSession } from './session-of-interaction.ts'
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
  readonly once: AnswerOnce
  readonly findApplication: FindApplication
}

const pathPattern = new RegExp(`^${interactionPath}/([\\w-]{1,64})(?:/([a-z-]{1,32}))?$`)

export function interactionRoutes(deps: InteractionDeps) {
  const isExpired = (interaction: Interaction) => isOver(interaction, deps.nowMs)
  return async (ctx: KoaContextWithOIDC, next: Next): Promise<void> => {
    const [, uid, action] = pathPattern.exec(ctx.path) ?? []
    if (uid === undefined) return next()
    const interaction = await deps.provider.Interaction.find(uid)
    if (ctx.method === 'GET' && action === againAction && interaction)
      return beginAnew(ctx, interaction, deps.provider)
    // The cookie says which interaction this browser is in, the address which one is asked for (assurance BR-03).
    if (!interaction || signedCookie(ctx, 'interaction', deps.provider) !== uid) {
      if (action !== finishSignUpAction)
        return showEnded(ctx, endingWithoutCookie(interaction, isExpired), interaction, deps)
      ctx.path = finishSignUpPath
      return next()
    }
    if (isExpired(interaction)) return showOver(ctx, interaction, deps)
    if (ctx.method === 'GET') return visit(ctx, interaction, deps)
    const form = ctx.method === 'POST' ? await deps.guard.read(ctx) : undefined
    if (!form) return showEnded(ctx, 'formExpired', interaction, deps)
    await deps.once(ctx, formOnce(ctx.path, form), () => take(ctx, action, form, interaction, deps))
  }
}

function showOver(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  deps: InteractionDeps,
): Promise<void> | void {
  const redirect = reauthRedirect(interaction, deps.issuer)
  if (redirect === undefined) return showEnded(ctx, 'expired', interaction, deps)
  redirectTo(ctx, redirect)
}

/** Why the step is not for this browser to take any more, as what to do instead: it was taken before, or its session has ended. */
async function wayAround(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  { provider }: InteractionDeps,
): Promise<(() => Promise<void> | void) | undefined> {
  if (interaction.result !== undefined) return () => redirectTo(ctx, interaction.returnTo)
  if (await isInItsSession(ctx, interaction, provider)) return undefined
  return () => beginAnew(ctx, interaction, provider)
}

async function visit(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  deps: InteractionDeps,
): Promise<void> {
  const instead = await wayAround(ctx, interaction, deps)
  if (instead) return instead()
  await show(await stepOf(ctx, interaction, deps), deps)
}

async function take(
  ctx: KoaContextWithOIDC,
  action: string | undefined,
  form: URLSearchParams,
  interaction: Interaction,
  deps: InteractionDeps,
): Promise<void> {
  const instead = await wayAround(ctx, interaction, deps)
  const due = instead ? undefined : dueForm(action, interaction)
  if (due !== undefined) return act(due, await stepOf(ctx, interaction, deps), form, deps)
  // The account is made all the same: the link of the mail was opened after this sign-in had gone on.
  if (action === finishSignUpAction) return finishElsewhere(ctx, form, deps)
  if (instead) return instead()
  redirectTo(ctx, `${interactionPath}/${interaction.uid}`)
}

async function stepOf(
  ctx: KoaContextWithOIDC,
  interaction: Interaction,
  deps: InteractionDeps,
): Promise<InteractionStep> {
  const application = await deps.application(String(interaction.params['client_id']))
  return interactionStep(ctx, interaction, application, deps)
}

function redirectTo(ctx: KoaContextWithOIDC, address: string): void {
  ctx.set('cache-control', 'no-store')
  ctx.status = 303
  ctx.redirect(address)
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
        passwordRules: deps.changePassword.passwordRules,
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

/** The session of this browser ends, and the same request begins anew without it. */
async function signInAsSomebodyElse(
  { ctx, interaction }: InteractionStep,
  deps: SessionEndDeps,
): Promise<void> {
  await leaveSession(ctx, deps)
  await beginAnew(ctx, interaction, deps.provider)
}
