export { type AccountFrameView, type AccountPageName } from './account/account-frame.ts'
export {
  accountDeletedPage,
  deleteAccountPage,
  type DeleteAccountView,
} from './account/delete-account-page.ts'
export { memberPage } from './account/member-page.ts'
export { organizationPage } from './account/organization-page.ts'
export { organizationsPage } from './account/organizations-page.ts'
export { profilePage, type ProfileView } from './account/profile-page.ts'
export { sessionsPage } from './account/sessions-page.ts'
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
export { homePage } from './home-page.ts'
export { connectionUnusablePage } from './connection-unusable-page.ts'
export { invitationUnusablePage, joinOrganizationPage, otherAddressPage } from './invitation-pages.ts'
export { languageFor, languages, type Language } from './language.ts'
export { type Brand, type Onward, type PageView } from './layout.ts'
export { passwordChangedPage } from './password-changed-page.ts'
export {
  type InvocationDecision,
  type InvocationMoment,
  type InvocationSummary,
  type InvocationView,
  type IssuedTokenView,
  type TokenChangesView,
} from './playground/invocation-view.ts'
export { comparisonId, type ComparisonView, type TokenDifference } from './playground/comparison-section.ts'
export { playgroundLandingPage } from './playground/landing-page.ts'
export { type LiveDeploymentView } from './playground/live-workflow.ts'
export { playgroundResultPage, type PlaygroundActions } from './playground/result-page.ts'
export { type HistoryEntry } from './playground/session-history.ts'
export { previewGonePage, previewPage, type PreviewView } from './preview-page.ts'
export { script, scriptPath } from './script.ts'
export { securityHeaders } from './security-headers.ts'
export { setPasswordPage, type SetPasswordView } from './set-password-page.ts'
export { signInPage, type SignInView } from './sign-in-page.ts'
export { signOutPage } from './sign-out-page.ts'
export { signUpPage, type SignUpView } from './sign-up-page.ts'
export { signedInPage } from './signed-in-page.ts'
export { signedOutPage } from './signed-out-page.ts'
export { stylesheet, stylesheetPath } from './stylesheet.ts'
export { themeHref, themeOf, themePath } from './theme-stylesheet.ts'
