export { accountPage, type AccountView } from './account-page.ts'
export { checkMailPage, type CheckMailView } from './check-mail-page.ts'
export {
  chooseOrganizationPage,
  type ChooseOrganizationView,
  type OrganizationChoice,
} from './choose-organization-page.ts'
export { confirmDevicePage, type ConfirmDeviceView } from './confirm-device-page.ts'
export { confirmEmailPage, type ConfirmEmailView } from './confirm-email-page.ts'
export { copyFor, type Copy, type FieldProblem } from './copy.ts'
export { createOrganizationPage, type CreateOrganizationView } from './create-organization-page.ts'
export { deniedPage, type DeniedView } from './denied-page.ts'
export { deviceDonePage, type DeviceDoneView } from './device-done-page.ts'
export { emailConfirmedPage, type EmailConfirmedView } from './email-confirmed-page.ts'
export { enterUserCodePage, type EnterUserCodeView } from './enter-user-code-page.ts'
export { errorPage, type ErrorView } from './error-page.ts'
export { failedPage, type FailedView } from './failed-page.ts'
export { type FailureDetails } from './failure-details.ts'
export { forgottenPasswordPage, type ForgottenPasswordView } from './forgotten-password-page.ts'
export { type FormTarget, type Way } from './form.ts'
export { languageFor, languages, type Language } from './language.ts'
export { type Brand, type PageView } from './layout.ts'
export { passwordChangedPage, type PasswordChangedView } from './password-changed-page.ts'
export {
  type CallView,
  type InvocationDecision,
  type InvocationMoment,
  type InvocationSummary,
  type InvocationView,
  type IssuedTokenView,
  type LogLineView,
  type RefusedClaimView,
  type TokenChangesView,
} from './playground/invocation-view.ts'
export { playgroundLandingPage, type PlaygroundLandingView } from './playground/landing-page.ts'
export { type LiveWorkflowView } from './playground/live-workflow.ts'
export {
  playgroundResultPage,
  type PlaygroundActions,
  type PlaygroundResultView,
} from './playground/result-page.ts'
export { type HistoryEntry } from './playground/session-history.ts'
export { securityHeaders } from './security-headers.ts'
export { setPasswordPage, type SetPasswordView } from './set-password-page.ts'
export { signInPage, type ConnectionChoice, type SignInView } from './sign-in-page.ts'
export { signOutPage, type SignOutView } from './sign-out-page.ts'
export { signUpPage, type SignUpView } from './sign-up-page.ts'
export { signedOutPage, type SignedOutView } from './signed-out-page.ts'
export { stylesheet, stylesheetHash, stylesheetPath } from './stylesheet.ts'
