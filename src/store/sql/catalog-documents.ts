// The documents of the catalog, parsed as they come from the database. Members that this version does not know are left out, and kept
// when a document is rewritten (unknown-members.ts). A member that comes later has a default for the documents of before it.
import { z } from 'zod'
import {
  accessTokenOptIns,
  applicationTypes,
  claimsActions,
  clientAuthMethods,
  idTokenOptIns,
  signingAlgorithms,
  type ApplicationRecord,
} from '../application.ts'
import { billingPeriods, customerKinds, type BillingPlanRecord } from '../billing-store.ts'
import {
  accessTokenTypes,
  connectionKinds,
  deploymentRoles,
  flagTypes,
  mfaPolicies,
  passwordStrategies,
  propertyContexts,
  providerStrategies,
  type ApiRecord,
  type Catalog,
  type ConnectionRecord,
  type DeploymentRoleRecord,
  type EnvironmentSettingsRecord,
  type EnvironmentVariableRecord,
  type FeatureFlagRecord,
  type PermissionRecord,
  type PropertyCategoryRecord,
  type PropertyRecord,
  type RoleRecord,
} from '../catalog.ts'
import type { DeploymentPreviewRecord } from '../deployment-preview.ts'
import type { WebhookRecord } from '../webhook-store.ts'

const text = z.string()
const texts = z.array(z.string())
const optionalText = z.string().nullable()
const seconds = z.number()

/** A list of texts, of which a newer version may know more. */
function knownOf<Known extends string>(known: readonly Known[]) {
  const names: readonly string[] = known
  return texts.transform((given) => given.filter((one): one is Known => names.includes(one)))
}

const schemaObject = z.record(text, z.json())

const application = z.object({
  clientId: text,
  name: text,
  type: z.enum(applicationTypes),
  clientSecret: optionalText,
  // Absent in what was written before secrets were rotated.
  previousClientSecret: optionalText.optional(),
  previousSecretUntilMs: z.number().nullable().optional(),
  authMethod: z.enum(clientAuthMethods),
  jwks: z.object({ keys: z.array(z.looseObject({})) }).nullable(),
  redirectUris: texts,
  logoutUris: texts,
  backchannelLogoutUri: optionalText,
  corsOrigins: texts,
  homepageUri: optionalText,
  loginUri: optionalText,
  lifetimes: z.object({
    accessToken: seconds,
    idToken: seconds,
    refreshToken: seconds,
    session: seconds,
  }),
  customization: z.object({
    accessToken: knownOf(accessTokenOptIns),
    idToken: knownOf(idTokenOptIns),
    properties: texts,
  }),
  // Absent in what was written before there was such a thing.
  claims: z
    .object({
      accessToken: schemaObject.optional(),
      idToken: schemaObject.optional(),
      m2mToken: schemaObject.optional(),
      action: z.enum(claimsActions),
    })
    .nullable()
    .optional(),
  tokenBudget: z
    .object({ bytes: z.int(), action: z.enum(claimsActions) })
    .nullable()
    .optional(),
  signingAlgorithm: z.enum(signingAlgorithms),
  isPkceRequired: z.boolean(),
  isDpopRequired: z.boolean(),
  // Absent in what was written before it could be switched on.
  isParRequired: z.boolean().default(false),
  /** Missing in documents that were written before there was such a thing. */
  isCookieRefresh: z.boolean().default(false),
  apis: z.array(z.object({ apiId: text, scopeIds: texts })),
  organizationCode: optionalText,
  // Absent in what was written before there were such things.
  isAccessControlEnabled: z.boolean().optional(),
  accessRoleIds: texts.optional(),
  isHasuraMappingEnabled: z.boolean().optional(),
  properties: z.record(text, text),
  createdAtMs: z.number(),
}) satisfies z.ZodType<ApplicationRecord>

const named = { id: text, key: text, name: text, description: optionalText }

const permission = z.object(named) satisfies z.ZodType<PermissionRecord>

const role = z.object({
  ...named,
  permissionIds: texts,
  isDefault: z.boolean(),
  // Absent in what was written before roles had them.
  scopeIds: texts.default([]),
  systemPermissions: texts.default([]),
  assignmentPermissionId: optionalText.default(null),
}) satisfies z.ZodType<RoleRecord>

const featureFlag = z.object({
  ...named,
  type: z.enum(flagTypes),
  defaultValue: z.unknown(),
  environmentValue: z.unknown().optional(),
  allowOverrideLevel: z.enum(['env', 'org', 'usr']),
}) satisfies z.ZodType<FeatureFlagRecord>

const property = z.object({
  ...named,
  type: z.enum(['single_line_text', 'multi_line_text']),
  context: z.enum(propertyContexts),
  isPrivate: z.boolean(),
  categoryId: optionalText,
}) satisfies z.ZodType<PropertyRecord>

const propertyCategory = z.object({
  id: text,
  name: text,
  context: z.enum(propertyContexts),
}) satisfies z.ZodType<PropertyCategoryRecord>

const environmentSettings = z.object({
  id: z.literal('environment'),
  email: optionalText,
  phone: optionalText,
  industryKey: optionalText,
  timezoneKey: optionalText,
  mfa: z.object({
    policy: z.enum(mfaPolicies),
    enabledFactors: texts,
    isRecoveryCodesEnabled: z.boolean(),
  }),
}) satisfies z.ZodType<EnvironmentSettingsRecord>

const api = z.object({
  id: text,
  name: text,
  audience: text,
  isManagementApi: z.boolean(),
  // Absent in what was written before it could be chosen.
  accessTokenType: z.enum(accessTokenTypes).default('JWT'),
  scopes: z.array(z.object({ id: text, key: text, description: optionalText })),
}) satisfies z.ZodType<ApiRecord>

const connection = z.object({
  id: text,
  name: text,
  displayName: text,
  // Missing in documents that were written before there was another kind.
  kind: z.enum(connectionKinds).default('password'),
  strategy: z.enum([...passwordStrategies, ...providerStrategies]),
  isEnabled: z.boolean(),
  applicationIds: texts.optional(),
  homeRealmDomains: texts.optional(),
}) satisfies z.ZodType<ConnectionRecord>

const environmentVariable = z.object({
  id: text,
  key: text,
  value: text,
  isSecret: z.boolean(),
  createdAtMs: z.number(),
}) satisfies z.ZodType<EnvironmentVariableRecord>

const deploymentRole = z.object({
  id: z.enum(deploymentRoles),
  deploymentId: text,
  activationId: optionalText,
  sinceMs: z.number(),
  percent: z.number().exactOptional(),
}) satisfies z.ZodType<DeploymentRoleRecord>
const deploymentPreview = z.object({
  deploymentId: text,
  workflowDeploymentIds: texts,
  passwordId: text,
  passwordHash: text,
  createdAtMs: z.number(),
}) satisfies z.ZodType<DeploymentPreviewRecord>

const webhook = z.object({
  id: text,
  name: text,
  endpoint: text,
  description: optionalText,
  eventTypes: texts,
  declaredAs: text.optional(),
  createdAtMs: z.number(),
}) satisfies z.ZodType<WebhookRecord>

const amount = z.number().nullable()
const billingPlan = z.object({
  id: text,
  code: text,
  name: text,
  customer: z.enum(customerKinds),
  period: z.enum(billingPeriods),
  features: z.array(
    z.object({
      code: text,
      name: text,
      priceName: text,
      fixedCharge: amount,
      unitAmount: amount,
      min: amount,
      max: amount,
    }),
  ),
}) satisfies z.ZodType<BillingPlanRecord>

/** By the fields of the catalog: the table that holds the documents, and what each has to look like. */
export const catalogDocuments = {
  applications: { table: 'applications', schema: application },
  apis: { table: 'apis', schema: api },
  roles: { table: 'roles', schema: role },
  permissions: { table: 'permissions', schema: permission },
  featureFlags: { table: 'feature_flags', schema: featureFlag },
  properties: { table: 'properties', schema: property },
  propertyCategories: { table: 'property_categories', schema: propertyCategory },
  environmentSettings: { table: 'environment_settings', schema: environmentSettings },
  connections: { table: 'connections', schema: connection },
  environmentVariables: { table: 'environment_variables', schema: environmentVariable },
  deploymentRoles: { table: 'deployment_roles', schema: deploymentRole },
  deploymentPreviews: { table: 'deployment_previews', schema: deploymentPreview },
  webhooks: { table: 'webhooks', schema: webhook },
  billingPlans: { table: 'billing_plans', schema: billingPlan },
} as const satisfies {
  [Field in Exclude<keyof Catalog, 'version'>]: { table: string; schema: z.ZodType<Catalog[Field][number]> }
}
