export {
  effectiveFlags,
  effectivePermissions,
  effectiveRoles,
  tokenProperties,
  type FlagOverrides,
  type TokenProperty,
} from './access.ts'
export { findConnection } from './connection.ts'
export type { TokenFlag } from './flag-value.ts'
export { newClientId, newClientSecret, newId, type IdKind, type RandomBytes } from './ids.ts'
export { identifierOf, identifierOfLoginHint, typedIdentifier, type Identifier } from './identity.ts'
export { hashingMethods, importedHash, type GivenHash, type ImportedHash } from './imported-hash.ts'
export {
  newMembership,
  newOrganization,
  organizationNameProblem,
  resolveOrganization,
  type NewOrganization,
  type OrganizationChoice,
  type OrganizationRequest,
} from './organization.ts'
export { passwordHasher, type PasswordHasher, type PasswordHasherOptions } from './password-hasher.ts'
export {
  defaultPasswordRules,
  passwordProblem,
  type PasswordProblem,
  type PasswordRules,
} from './password-rules.ts'
export {
  checkPassword,
  type Background,
  type PasswordCheck,
  type SignedIn,
  type SignInDeps,
  type SignInTry,
} from './sign-in.ts'
export type { AccountMail, SendMail } from './account-mail.ts'
export {
  changePassword,
  type ChangePasswordDeps,
  type ChangePasswordResult,
  type PasswordChangeForm,
} from './change-password.ts'
export { oneTimeTokenMinutes } from './one-time-token.ts'
export {
  findPasswordReset,
  redeemPasswordReset,
  requestPasswordReset,
  type PasswordResetDeps,
  type ResetRequest,
  type ResetResult,
} from './password-reset.ts'
export {
  findSignUp,
  finishSignUp,
  isSignUpOffered,
  signUp,
  type SignedUp,
  type SignUpDeps,
  type SignUpFinish,
  type SignUpForm,
  type SignUpResult,
} from './sign-up.ts'
export { throttlesForgottenAfterMs } from './throttle.ts'
export { newIdentity, newUser, type UserProfile } from './user.ts'
export {
  requestEmailVerification,
  verifyEmail,
  type EmailVerification,
  type VerifyEmailDeps,
} from './verify-email.ts'
export {
  findApplication,
  grantTypesOf,
  isConfidential,
  newApplication,
  type ApplicationStart,
} from './application.ts'
export {
  applyMintageFile,
  planDirectory,
  planText,
  type ApplyDeps,
  type DirectoryPlan,
} from './apply/plan.ts'
export type { PlanStep } from './apply/plan-step.ts'
export { ensureBuiltIns, managementAudience } from './built-ins.ts'
