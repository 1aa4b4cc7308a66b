export {
  accountClientId,
  accountSignInHref,
  applicationFinder,
  type FindApplication,
} from './account/account-application.ts'
export { deviceDonePath, deviceRefusedPath } from './account/after-form-pages.ts'
export type { BrowserSession } from './assurance.ts'
export { comesFrom, rememberApplication } from './comes-from.ts'
export { endingWithoutCookie, showEnded } from './ended-sign-in.ts'
export type { PendingSignIn, SignInEngine, StepOutcome } from './engine.ts'
export type { Exchange } from './exchange.ts'
export { formGuard } from './form-guard.ts'
export { ownAddress } from './language-choice.ts'
export { pageFrame, sendPage } from './page-frame.ts'
export { interactionPath } from './paths.ts'
export { signInPages } from './sign-in-routes.ts'
export { ofSite, type Site } from './site.ts'
export type { Refusal, RequestFacts, SignInStep, StepChecks } from './step.ts'
export { signInSteps } from './steps.ts'
