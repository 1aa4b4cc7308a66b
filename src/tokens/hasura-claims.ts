// The Hasura mapping (C§3): claims once more, under the names that Kinde's SDKs read when the plain ones are missing. The copies are made of
// the claims as they are issued, after the workflows: a permission that a workflow takes away is in neither.
import type { JsonObject, JsonValue } from '../oauth/index.ts'
import type { ApplicationRecord } from '../store/index.ts'

/** By the plain claim. Spelled as the SDKs spell them. */
const hasuraNames = {
  permissions: 'x-hasura-permissions',
  roles: 'x-hasura-roles',
  feature_flags: 'x-hasura-feature-flags',
  org_code: 'x-hasura-org-code',
  org_codes: 'x-hasura-org-codes',
  org_name: 'x-hasura-org-name',
  organizations: 'x-hasura-organizations',
  user_properties: 'x-hasura-user_properties',
  organization_properties: 'x-hasura-organization_properties',
} as const

/** The claims as they are, unless the application switched the mapping on. What a workflow set under one of the names is replaced. */
export function withHasuraClaims(
  claims: JsonObject,
  { isHasuraMappingEnabled = false }: Pick<ApplicationRecord, 'isHasuraMappingEnabled'>,
): JsonObject {
  if (!isHasuraMappingEnabled) return claims
  const names: readonly string[] = Object.values(hasuraNames)
  const others = Object.entries(claims).filter(([name]) => !names.includes(name))
  const copies = Object.entries(hasuraNames).flatMap(([plain, name]): [string, JsonValue][] => {
    const value = claims[plain]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries([...others, ...copies])
}
