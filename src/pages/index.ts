export { accountPage, type AccountView } from './account-page.ts'
export { checkMailPage } from './check-mail-page.ts'
export { chooseOrganizationPage, type OrganizationChoice } from './choose-organization-page.ts'
export { confirmDevicePage } from './confirm-device-page.ts'
export { confirmEmailPage } from './confirm-email-page.ts'
export { confirmWithPasswordPage, type ConfirmWithPasswordView } from './confirm-with-password-page.ts'
export { copyFor, type FieldProblem } from './copy.ts'
export { createOrganizationPage } from './create-organization-page.ts'
export { deniedPage } from './denied-page.ts'
export { deviceDonePage } from './device-done-page.ts'
export { emailConfirmedPage } from './email-confirmed-page.ts'
export { enterUserCodePage } from './enter-user-code-page.ts'
export { errorPage, type ErrorView } from './error-page.ts'
export { failedPage } from './failed-page.ts'
export { type FailureDetails } from './failure-details.ts'
export { forgottenPasswordPage, type ForgottenPasswordView } from './forgotten-password-page.ts'
export { type FormTarget, type Way } from './form.ts'
export { languageFor, languages, type Language } from './language.ts'
export { type Brand, type PageView } from './layout.ts'
export { passwordChangedPage } from './password-changed-page.ts'
export {
  type InvocationDecision,
  type InvocationMoment,
  type InvocationSummary,
  type InvocationView,
  type IssuedTokenView,
  type TokenChangesView,
} from './playground/invocation-view.ts'
export { playgroundLandingPage } from './playground/landing-page.ts'
export { type LiveWorkflowView } from './playground/live-workflow.ts'
export { playgroundResultPage, type PlaygroundActions } from './playground/result-page.ts'
export { type HistoryEntry } from './playground/session-history.ts'
export { securityHeaders } from './security-headers.ts'
export { setPasswordPage, type SetPasswordView } from './set-password-page.ts'
export { signInPage, type SignInView } from './sign-in-page.ts'
export { signOutPage } from './sign-out-page.ts'
export { signUpPage, type SignUpView } from './sign-up-page.ts'
export { signedOutPage } from './signed-out-page.ts'
export { stylesheet, stylesheetPath } from './stylesheet.ts'
