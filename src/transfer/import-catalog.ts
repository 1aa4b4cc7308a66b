// The catalog of an import, before those who hold parts of it: roles, permissions, properties, flags, APIs, applications. What exists under the
// same key stays as it is.
import { declaredId, newApplication, tokenFlag, type RandomBytes } from '../directory/index.ts'
import { clientIdForm, clientSecretForm, productKeyPattern } from '../oauth/index.ts'
import type {
  ApiRecord,
  ApplicationRecord,
  Catalog,
  Change,
  FeatureFlagRecord,
  PermissionRecord,
  PropertyRecord,
  RoleRecord,
} from '../store/index.ts'
import type { CatalogEntries } from './entries.ts'
import type { Remark } from './import-report.ts'
import { takenAddresses } from './taken-addresses.ts'
import { flagValue } from './taken-values.ts'

interface Brought {
  readonly changes: readonly Change[]
  /** As it is once they are made. */
  readonly catalog: Catalog
  readonly remarks: readonly Remark[]
}

export function catalogWith(
  given: CatalogEntries,
  catalog: Catalog,
  deps: { readonly random: RandomBytes; readonly now: () => number },
): Brought {
  const remarks: Remark[] = []
  const entries = withGoodKeys(given, remarks)
  const permissions = newPermissions(entries, catalog)
  const roles = newRoles(entries, catalog, [...catalog.permissions, ...permissions])
  const properties = newProperties(entries, catalog)
  const featureFlags = newFlags(entries, catalog, remarks)
  const apis = newApis(entries, catalog)
  const applications = newApplications(entries, catalog, deps, remarks)
  const changes: Change[] = [
    ...permissions.map((permission) => ({ kind: 'put-permission', permission }) as const),
    ...roles.map((role) => ({ kind: 'put-role', role }) as const),
    ...properties.map((property) => ({ kind: 'put-property', property }) as const),
    ...featureFlags.map((flag) => ({ kind: 'put-feature-flag', flag }) as const),
    ...apis.map((api) => ({ kind: 'put-api', api }) as const),
    ...applications.map((application) => ({ kind: 'put-application', application }) as const),
  ]
  return {
    changes: changes.length === 0 ? [] : [{ kind: 'expect-catalog', version: catalog.version }, ...changes],
    catalog: {
      ...catalog,
      permissions: [...catalog.permissions, ...permissions],
      roles: [...catalog.roles, ...roles],
      properties: [...catalog.properties, ...properties],
      featureFlags: [...catalog.featureFlags, ...featureFlags],
      apis: [...catalog.apis, ...apis],
      applications: [...catalog.applications, ...applications],
    },
    remarks,
  }
}

/** A key that this system could not write, its API and mintage.yaml could not name. */
function withGoodKeys(entries: CatalogEntries, remarks: Remark[]): CatalogEntries {
  const good = <Entry extends { readonly key: string }>(what: string, list: readonly Entry[] = []) =>
    list.filter(({ key }) => {
      const isGood = productKeyPattern.test(key)
      const reason = 'its key is not letters, digits and _ . : / - (at most 128)'
      if (!isGood) remarks.push({ kind: 'skipped', at: `${what} ${key.slice(0, 128)}`, reason })
      return isGood
    })
  return {
    ...entries,
    permissions: good('permission', entries.permissions),
    roles: good('role', entries.roles),
    properties: good('property', entries.properties),
    featureFlags: good('feature flag', entries.featureFlags),
  }
}

function newPermissions({ permissions }: CatalogEntries, catalog: Catalog): PermissionRecord[] {
  return permissions
    .filter(({ key }) => !catalog.permissions.some((one) => one.key === key))
    .map(({ key, name, description }) => ({
      id: declaredId('permission', key),
      key,
      name,
      description: description ?? null,
    }))
}

function newRoles(
  { roles }: CatalogEntries,
  catalog: Catalog,
  permissions: readonly PermissionRecord[],
): RoleRecord[] {
  return roles
    .filter(({ key }) => !catalog.roles.some((one) => one.key === key))
    .map(({ key, name, description, permissions: held }) => ({
      id: declaredId('role', key),
      key,
      name,
      description: description ?? null,
      permissionIds: permissions.filter((one) => held.includes(one.key)).map(({ id }) => id),
      isDefault: false,
      scopeIds: [],
      systemPermissions: [],
      assignmentPermissionId: null,
    }))
}

function newProperties({ properties = [] }: CatalogEntries, catalog: Catalog): PropertyRecord[] {
  return properties
    .filter(
      ({ key, context }) => !catalog.properties.some((one) => one.key === key && one.context === context),
    )
    .map(({ key, name, description, context, isPrivate }) => ({
      id: declaredId('property', `${context} ${key}`),
      key,
      name,
      description: description ?? null,
      type: 'single_line_text',
      context,
      isPrivate,
      categoryId: null,
    }))
}

function newFlags(
  { featureFlags = [] }: CatalogEntries,
  catalog: Catalog,
  remarks: Remark[],
): FeatureFlagRecord[] {
  return featureFlags
    .filter(({ key }) => !catalog.featureFlags.some((one) => one.key === key))
    .flatMap(({ key, name, description, type, value: written }): FeatureFlagRecord[] => {
      const value = flagValue(type, written)
      if (tokenFlag(type, value) === undefined) {
        remarks.push({
          kind: 'skipped',
          at: `feature flag ${key}`,
          reason: `its value is not of the type ${type}`,
        })
        return []
      }
      const id = declaredId('featureFlag', key)
      return [
        {
          id,
          key,
          name,
          description: description ?? null,
          type,
          defaultValue: value,
          allowOverrideLevel: 'usr',
        },
      ]
    })
}

function newApis({ apis = [] }: CatalogEntries, catalog: Catalog): ApiRecord[] {
  return apis
    .filter(({ audience }) => !catalog.apis.some((one) => one.audience === audience))
    .map(({ name, audience, scopes }) => {
      const id = declaredId('api', audience)
      return {
        id,
        name,
        audience,
        isManagementApi: false,
        accessTokenType: 'JWT',
        scopes: scopes.map((key) => ({ id: declaredId('apiScope', `${id} ${key}`), key, description: null })),
      }
    })
}

function newApplications(
  { applications = [] }: CatalogEntries,
  catalog: Catalog,
  deps: { readonly random: RandomBytes; readonly now: () => number },
  remarks: Remark[],
): ApplicationRecord[] {
  return applications
    .filter(({ clientId }) => !catalog.applications.some((one) => one.clientId === clientId))
    .flatMap(({ clientId, clientSecret, name, type, ...uris }) => {
      const at = `application ${name}`
      if (!clientIdForm.test(clientId)) {
        remarks.push({ kind: 'skipped', at, reason: 'its client_id is not 32 hexadecimal digits' })
        return []
      }
      const made = newApplication({ clientId, name, type }, deps)
      const isKept = clientSecret !== undefined && clientSecretForm.test(clientSecret)
      if (made.clientSecret !== null && !isKept)
        remarks.push({ kind: 'leftOut', at, reason: 'its client secret, in place of which it has a new one' })
      return [
        {
          ...made,
          ...(made.clientSecret !== null && isKept && { clientSecret }),
          ...takenAddresses(
            name,
            {
              ...made,
              ...uris,
              loginUri: uris.loginUri ?? null,
              homepageUri: uris.homepageUri ?? null,
            },
            remarks,
          ),
        },
      ]
    })
}
