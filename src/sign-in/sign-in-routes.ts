// The pages of a sign-in. One story: find the sign-in that this browser is in, show the page of the step that is due, or take a form of it.
import type { ApplicationRecord } from '../store/index.ts'
import type { AccountDeps } from './account/account-page-deps.ts'
import { answerAccount } from './account/account-routes.ts'
import type { FindApplication } from './account/account-application.ts'
import { signedInSession } from './assurance.ts'
import type { PendingSignIn } from './engine.ts'
import { againAction, endingWithoutCookie, showEnded } from './ended-sign-in.ts'
import { redirectTo, type Exchange, type Next } from './exchange.ts'
import { finishSignUpAction, finishSignUpPath, interactionPath } from './paths.ts'
import { stepOf, type Step, type StepPage, type StepVisitDeps } from './step.ts'
import type { StepDeps } from './step-deps.ts'
import { stepDue } from './steps.ts'
import { finishElsewhere } from './steps/sign-up/sign-up-link.ts'

export interface SignInPagesDeps extends StepDeps, StepVisitDeps, AccountDeps {
  readonly application: (clientId: string) => Promise<ApplicationRecord>
  readonly findApplication: FindApplication
}

const pathPattern = new RegExp(`^${interactionPath}/([\\w-]{1,64})(?:/([a-z-]{1,32}))?$`)

/** The handler of all pages of sign-in/: those of a sign-in, and those of an account. */
export function signInPages(deps: SignInPagesDeps) {
  return async (exchange: Exchange, next: Next): Promise<void> => {
    const [, uid, action] = pathPattern.exec(exchange.path) ?? []
    if (uid === undefined) return answerAccount(exchange, exchange.path, next, deps)
    const signIn = await deps.engine.find(exchange, uid)
    if (exchange.method === 'GET' && action === againAction && signIn) return signIn.beginAnew()
    // The cookie says which sign-in this browser is in, the address which one is asked for (BR-03).
    if (!signIn?.isOfThisBrowser) {
      if (action === finishSignUpAction) return answerAccount(exchange, finishSignUpPath, next, deps)
      return showEnded(exchange, endingWithoutCookie(signIn), signIn, deps)
    }
    if (signIn.isExpired) return showExpired(exchange, signIn, deps)
    if (exchange.method === 'GET') return visit(exchange, signIn, deps)
    const form = exchange.method === 'POST' ? await deps.guard.read(exchange) : undefined
    if (!form) return showEnded(exchange, 'formExpired', signIn, deps)
    await deps.engine.takeOnce(exchange, exchange.path, form, () =>
      take(exchange, action ?? '', form, signIn, deps),
    )
  }
}

function showExpired(exchange: Exchange, signIn: PendingSignIn, deps: SignInPagesDeps): Promise<void> | void {
  const { reauthAddress } = signIn
  if (reauthAddress === undefined) return showEnded(exchange, 'expired', signIn, deps)
  redirectTo(exchange, reauthAddress)
}

/** What to do instead of the step when this browser may not take it any more: it was taken before, or its session has ended. */
async function wayAround(
  exchange: Exchange,
  signIn: PendingSignIn,
  { engine }: SignInPagesDeps,
): Promise<(() => Promise<void> | void) | undefined> {
  if (signIn.isTaken) return () => redirectTo(exchange, signIn.resumeAddress)
  const isSignedIn =
    !stepDue(signIn).isForUser || signedInSession(await engine.session(exchange)) !== undefined
  if (isSignedIn && (await signIn.isInItsSession())) return undefined
  return () => signIn.beginAnew()
}

async function visit(exchange: Exchange, signIn: PendingSignIn, deps: SignInPagesDeps): Promise<void> {
  const instead = await wayAround(exchange, signIn, deps)
  if (instead) return instead()
  await pageAt(signIn).show(await visitedStep(exchange, signIn, deps), deps)
}

async function take(
  exchange: Exchange,
  action: string,
  form: URLSearchParams,
  signIn: PendingSignIn,
  deps: SignInPagesDeps,
): Promise<void> {
  const instead = await wayAround(exchange, signIn, deps)
  const { forms } = pageAt(signIn)
  const taken = !instead && Object.hasOwn(forms, action) ? forms[action] : undefined
  if (taken) return taken(await visitedStep(exchange, signIn, deps), form, deps)
  // The account is made all the same: the link of the mail was opened after this sign-in had gone on.
  if (action === finishSignUpAction) return finishElsewhere(exchange, form, deps)
  if (instead) return instead()
  redirectTo(exchange, `${interactionPath}/${signIn.uid}`)
}

function pageAt(signIn: PendingSignIn): StepPage {
  return stepDue(signIn).at(signIn.due.details)
}

async function visitedStep(exchange: Exchange, signIn: PendingSignIn, deps: SignInPagesDeps): Promise<Step> {
  const application = await deps.application(signIn.param('client_id') ?? '')
  return stepOf(exchange, signIn, application, deps)
}
