export { activityKeptDays, type ActivityChange } from './activity-store.ts'
export {
  accessTokenOptIns,
  applicationTypes,
  claimsActions,
  clientAuthMethods,
  defaultTokenLifetimes,
  idTokenOptIns,
  signingAlgorithms,
  type AccessTokenOptIn,
  type ApplicationRecord,
  type ClaimsRules,
  type TokenBudget,
  type ApplicationType,
  type SigningAlgorithm,
  type TokenLifetimes,
} from './application.ts'
export { apiKeyStatuses, apiKeyTypes, type ApiKeyRecord, type NewApiKey } from './api-key-store.ts'
export type { SubscriberRecord } from './subscriber-store.ts'
export {
  billingPeriods,
  customerKinds,
  usageParts,
  usageTypes,
  type AgreementRecord,
  type BillingPlanRecord,
  type CustomerKey,
  type EntitlementRecord,
  type UsageRecord,
} from './billing-store.ts'
export type { BackupTable } from './backup/backup-tables.ts'
export type { BackupProgress, BackupSummary } from './backup/backup-format.ts'
export type { BrandingFileRecord, BrandingRecord, StoredBrandingFile } from './branding-store.ts'
export type { ArtifactStore, StoredArtifact } from './artifact-store.ts'

export {
  accessTokenTypes,
  flagTypes,
  mfaPolicies,
  providerStrategies,
  propertyContexts,
  systemPermissionKeys,
  type ApiRecord,
  type Catalog,
  type ConnectionKind,
  type ConnectionRecord,
  type DeploymentRoleRecord,
  type DeploymentRole,
  type EnvironmentVariableRecord,
  type EnvironmentSettingsRecord,
  type FeatureFlagRecord,
  type FlagType,
  type PermissionRecord,
  type PropertyContext,
  type PropertyCategoryRecord,
  type PropertyRecord,
  type ProviderStrategy,
  type RoleRecord,
  type SystemPermissionKey,
  type AccessTokenType,
  type ApiScopeKey,
  type Owner,
} from './catalog.ts'
export type { ArtifactChange, Change, HeldIds, OrganizationFields, UserFields } from './change.ts'
export {
  factorKinds,
  type MembershipKey,
  type MembershipOfUser,
  type MembershipRecord,
  type OrganizationRecord,
  type OrganizationSessions,
  type OrganizationSettings,
} from './organization.ts'
export type { ActivationKind, DeploymentOrigin, StoredDeployment } from './deployment-store.ts'
export type { DeploymentPreviewRecord } from './deployment-preview.ts'
export {
  listOrders,
  type DirectoryStore,
  type HeldFilter,
  type HeldScope,
  type TokenSubject,
  type UserFilter,
  type UserInFull,
  type UserSearch,
} from './directory-store.ts'
export type { Page, PageRequest } from './page.ts'
export {
  defaultInvitationDays,
  invitationName,
  invitationOrders,
  invitationPlace,
  type InvitationOrder,
  type InvitationPlace,
  type InvitationRecord,
} from './invitation-store.ts'
export type {
  InvocationFilter,
  InvocationRecord,
  InvocationStore,
  StoredInvocation,
} from './invocation-store.ts'
export type { ClaimedJob, JobStore } from './job-store.ts'
export type { OneTimeTokenRecord } from './one-time-token-store.ts'
export type { ImportRecord } from './import-store.ts'
export type { ImportedMembership, UserImport } from './user-import.ts'
export { rehearsalStates, type StoredRehearsal } from './rehearsal-store.ts'
export { catalogDocuments } from './sql/catalog-documents.ts'
export { backUp, openStore, resealDatabase, restoreBackup } from './on-demand.ts'
export { eventTypes, knownEventTypes, type DomainEvent, type EventType } from './event-store.ts'
export type { InvocationRecording, StoredRecording } from './recording-store.ts'
export type { Resealed } from './re-seal.ts'

export type { KeptComparison, ShadowComparison, ShadowCounts, ShadowVerdict } from './shadow-store.ts'
export type {
  SigningKeyChange,
  SigningKeyRecord,
  SigningKeyStore,
  SigningKeyTimes,
} from './signing-key-store.ts'
export type { Store, StoreOptions } from './store.ts'
export { ChangedMeanwhileError } from './store-error.ts'
export { isCommitted, whileUnchanged } from './while-unchanged.ts'
export { auditEvents, type AuditEvent } from './audit-events.ts'
export { refusedSignIn, type AuditRecord, type WrittenAuditRecord } from './audit-store.ts'
export {
  doublingWaitsMs,
  longestWaitMs,
  type ThrottlePolicy,
  type ThrottleStore,
  type Tries,
} from './throttle-store.ts'
export {
  identityTypes,
  type IdentityRecord,
  type IdentityType,
  type PasswordRecord,
  type UserRecord,
} from './user.ts'
export {
  deliveryStates,
  mostWebhooks,
  type DeliveryRecord,
  type WebhookQueue,
  type WebhookRecord,
} from './webhook-store.ts'
