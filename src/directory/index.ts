export {
  effectiveFlags,
  effectivePermissions,
  effectiveRoles,
  mayUseApplication,
  tokenProperties,
} from './access.ts'
export { tokenFlag } from './flag-value.ts'
export {
  connectApplications,
  createApi,
  createApiScope,
  deleteApi,
  deleteApiScope,
  describeApiScope,
  grantApiScope,
  hasApi,
} from './api-operations.ts'
export { acceptInvitation, findInvitation, type FoundInvitation } from './accept-invitation.ts'
export { newApplication } from './application.ts'
export {
  createApplication,
  deleteApplication,
  rotateClientSecret,
  updateApplication,
  type ApplicationFields,
} from './application-operations.ts'
export { isOriginOf, isOriginOfOne, originsOf } from './application-origins.ts'
export { brandingFile, brandingFilePath, deleteBrandingFile, putBrandingFile } from './branding-files.ts'
export {
  brandingOf,
  brandingsFor,
  planBranding,
  setBranding,
  type BrandedFor,
  type BrandingUpdate,
} from './branding.ts'
export {
  clearEnvironmentFlags,
  createFeatureFlag,
  deleteFeatureFlag,
  replaceFeatureFlag,
  setEnvironmentFlag,
} from './flag-operations.ts'
export { chosenConnection, connectionOf, identifierTypeOf, passwordConnection } from './connection.ts'
export {
  createConnection,
  deleteConnection,
  setOrganizationConnection,
  updateConnection,
  type ConnectionFields,
} from './connection-operations.ts'
export { connectionOptionsSchema } from './connection-options.ts'

export { declaredId, newId, type RandomBytes } from './ids.ts'
export { addIdentity, isPrimaryIdentity, makePrimary, removeIdentity } from './identity-operations.ts'
export { identifierOf, identifierOfLoginHint, searchBeginnings, type Identifier } from './identity.ts'
export { foreignHashOf } from './foreign-hash.ts'
export { isReadableHash } from './password-hash.ts'
export { hashBounds, hashBoundsText } from './hash-bounds.ts'
export { hashingMethods, importedHash, type GivenHash } from './imported-hash.ts'
export { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'
export { domainOf, isSuspended, type GivenSettings } from './organization-settings.ts'
export { lastUsedFirst, type RecentFirst } from './last-organization.ts'
export { newMembership, organizationNameProblem, resolveOrganization } from './organization.ts'
export {
  createOrganization,
  deleteOrganization,
  setFlagOverrides,
  setPropertyValues,
  updateOrganization,
  type OrganizationUpdate,
} from './organization-operations.ts'
export { createPermission, deletePermission, updatePermission } from './permission-operations.ts'
export { createRole, deleteRole, updateRole } from './role-operations.ts'
export {
  createProperty,
  createPropertyCategory,
  deleteProperty,
  renamePropertyCategory,
  updateProperty,
} from './property-operations.ts'
export { environmentSettingsOf, updateEnvironment } from './environment-operations.ts'
export { apiKeyOfValue, apiKeyStart, createApiKey, revokeApiKey, rotateApiKey } from './api-key-operations.ts'
export { hasSystemPermission, mayAssignRole, systemPermissions } from './system-permissions.ts'
export { createAgreement, mostUnits, newAgreement, periodAt, recordUsage } from './billing-operations.ts'
export { createSubscriber } from './subscriber-operations.ts'
export {
  addMembers,
  changeMemberAccess,
  changeMembers,
  giveApiScope,
  joinByThemselves,
  removeMember,
  takeApiScope,
} from './member-operations.ts'
export { inviteByMember, type MemberInvitation } from './member-invitation.ts'
export { createInvitation, invitationApplication, revokeInvitation } from './invitation-operations.ts'
export {
  createUser,
  deleteUser,
  resetFactors,
  refreshUserClaims,
  setPasswordHash,
  signOutUser,
  updateUser,
  type UserUpdate,
} from './user-operations.ts'
export {
  createEnvironmentVariable,
  deleteEnvironmentVariable,
  updateEnvironmentVariable,
} from './variable-operations.ts'
export { checkPreviewPassword, openPreview, previewOf, withdrawPreview } from './preview.ts'
export { passwordHasher } from './password-hasher.ts'
export {
  defaultPasswordRules,
  passwordProblem,
  type PasswordProblem,
  type PasswordRules,
} from './password-rules.ts'
export { checkPassword, type Background, type PasswordCheck, type SignInDeps } from './sign-in.ts'
export type { AccountMail, SendMail } from './account-mail.ts'
export { accountMailKind, sendRequestedMail } from './requested-mail.ts'
export {
  changePassword,
  confirmPassword,
  type ChangePasswordDeps,
  type ChangePasswordResult,
  type PasswordConfirmation,
  type PasswordChangeForm,
} from './change-password.ts'
export { oneTimeTokenMinutes } from './one-time-token.ts'
export {
  findPortalLink,
  issuePortalLink,
  mayReturnTo,
  usePortalLink,
  type PortalLink,
} from './portal-link.ts'
export {
  findPasswordReset,
  redeemPasswordReset,
  requestPasswordReset,
  type PasswordResetDeps,
} from './password-reset.ts'
export { findSignUp, finishSignUp } from './finish-sign-up.ts'
export type { SignedUp } from './new-account.ts'
export { isSignUpOffered, signUp, type SignUpDeps } from './sign-up.ts'
export { networkOf, throttlesForgottenAfterMs } from './throttle.ts'
export { newIdentity, newUser } from './user.ts'
export {
  sessionEndKind,
  sessionEndNotice,
  withSessionEndNotices,
  type SessionEndNotice,
} from './session-end.ts'
export { endUserSession, userSessions, type UserSession } from './user-session.ts'
export { admitUserCode, type UserCodeTriesDeps } from './user-code-tries.ts'
export {
  findEmailVerification,
  requestEmailVerification,
  verifyEmail,
  type EmailVerification,
} from './verify-email.ts'
export { clientIdOf, declaredApplications } from './apply/applications.ts'
export { withIssuer } from './apply/plan-context.ts'
export {
  applyMintageFile,
  planDirectory,
  planText,
  type ApplyDeps,
  type DirectoryPlan,
} from './apply/plan.ts'

export { ensureBuiltIns, managementAudience } from './built-ins.ts'
