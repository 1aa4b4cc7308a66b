// The rest of the catalog as mintage.yaml says it: the way back of directory/apply/catalog-parts.ts.
import { declaredId } from '../../directory/index.ts'
import type { ApiRecord, BillingPlanRecord, Catalog, RoleRecord, WebhookRecord } from '../../store/index.ts'
import { audienceOf, type EntryContext } from './application-entry.ts'
import type { FileKeys } from './file-keys.ts'
import type { Given } from './given-file.ts'
import { withPlaceholder, type Reference } from './references.ts'

type Entries = Record<string, object>

export function permissionEntries({ permissions }: Catalog): Entries {
  return Object.fromEntries(
    permissions.map(({ key, name, description }) => [
      key,
      { name: unlessKey(name, key), description: description ?? undefined },
    ]),
  )
}

export function apiEntries({ catalog, issuer }: EntryContext, keys: FileKeys, given: Given): Entries {
  const declared = catalog.apis.filter(({ isManagementApi }) => !isManagementApi)
  return Object.fromEntries(
    declared.map((api) => {
      const audience = audienceOf(api, issuer)
      const text = typeof audience === 'string' ? audience : audience.text
      const isGiven = (entry: Readonly<Record<string, unknown>>) => entry['audience'] === text
      const key = keys.keyOf('apis', given.keyWhere('apis', isGiven), api.name)
      return [
        key,
        {
          name: unlessKey(api.name, key),
          audience,
          accessTokenType: api.accessTokenType === 'JWT' ? undefined : api.accessTokenType,
          scopes:
            api.scopes.length === 0
              ? undefined
              : Object.fromEntries(api.scopes.map((scope) => [scope.key, scope.description ?? ''])),
        },
      ]
    }),
  )
}

export function roleEntries(context: EntryContext): Entries {
  const { permissions } = context.catalog
  return Object.fromEntries(
    context.catalog.roles.map((role) => {
      const keyOf = (id: string) => permissions.find((one) => one.id === id)?.key
      const held = role.permissionIds.flatMap((id) => keyOf(id) ?? [])
      const { assignmentPermissionId } = role
      return [
        role.key,
        {
          name: unlessKey(role.name, role.key),
          description: role.description ?? undefined,
          permissions: held.length === 0 ? undefined : held,
          isDefault: role.isDefault || undefined,
          apis: roleApis(role, context),
          systemPermissions: role.systemPermissions.length === 0 ? undefined : role.systemPermissions,
          assignmentPermission: assignmentPermissionId === null ? undefined : keyOf(assignmentPermissionId),
        },
      ]
    }),
  )
}

/** Undefined also for what the file cannot say: scopes of the management API, and scopes that are not together with their API's. */
function roleApis({ scopeIds }: RoleRecord, { catalog, issuer }: EntryContext): object[] | undefined {
  const lists: { readonly api: ApiRecord; readonly scopes: string[] }[] = []
  for (const id of scopeIds) {
    const api = catalog.apis.find(({ scopes }) => scopes.some((scope) => scope.id === id))
    const key = api?.scopes.find((scope) => scope.id === id)?.key
    if (api === undefined || key === undefined || api.isManagementApi) return undefined
    const last = lists.at(-1)
    if (last?.api === api) last.scopes.push(key)
    else if (lists.some((one) => one.api === api)) return undefined
    else lists.push({ api, scopes: [key] })
  }
  return lists.length === 0
    ? undefined
    : lists.map(({ api, scopes }) => ({ audience: audienceOf(api, issuer), scopes }))
}

export function flagEntries({ featureFlags }: Catalog): Entries {
  return Object.fromEntries(
    featureFlags.map((flag) => [
      flag.key,
      {
        name: unlessKey(flag.name, flag.key),
        description: flag.description ?? undefined,
        type: flag.type,
        default: flag.defaultValue,
        value: flag.environmentValue,
        allowOverride: flag.allowOverrideLevel === 'usr' ? undefined : flag.allowOverrideLevel,
      },
    ]),
  )
}

/** Those that the project's file declares: it knows a category by an id that is made of its key, so it cannot name another one. */
export function categoryEntries({ propertyCategories }: Catalog, given: Given): Entries {
  return Object.fromEntries(
    propertyCategories.flatMap(({ id, name, context }) => {
      const key = categoryKey(id, given)
      return key === undefined ? [] : [[key, { name: unlessKey(name, key), context }] as const]
    }),
  )
}

/** A key has one context in the file: of two properties with one key the first is written. */
export function propertyEntries({ properties }: Catalog, given: Given): Entries {
  return Object.fromEntries(
    properties.toReversed().map((property) => [
      property.key,
      {
        name: unlessKey(property.name, property.key),
        description: property.description ?? undefined,
        context: property.context,
        type: property.type === 'single_line_text' ? undefined : property.type,
        isPrivate: property.isPrivate || undefined,
        category: property.categoryId === null ? undefined : categoryKey(property.categoryId, given),
      },
    ]),
  )
}

function categoryKey(id: string, given: Given): string | undefined {
  return given.keys('propertyCategories').find((key) => declaredId('propertyCategory', key) === id)
}

export function connectionEntries({ connections }: Catalog): Entries {
  return Object.fromEntries(
    connections
      .filter(({ kind }) => kind === 'password')
      .map(({ strategy, displayName, isEnabled }) => [
        strategy,
        { displayName, isEnabled: isEnabled ? undefined : false },
      ]),
  )
}

export function variableEntries({ catalog, values }: EntryContext, given: Given): Entries {
  return Object.fromEntries(
    catalog.environmentVariables.map(({ key, value, isSecret }) => {
      const reference = () =>
        values.reference({
          what: `the environment variable ${key}`,
          name: `MINTAGE_VARIABLE_${key}`,
          value,
          given: given.entry('environmentVariables', key)?.['value'],
        })
      // A text with ${ in it cannot stand in the file itself.
      const isPlain = !isSecret && !value.includes('${')
      return [key, { value: isPlain ? value : reference(), isSecret: isSecret || undefined }]
    }),
  )
}

/** Those that the file declared: it knows a webhook by an id that is made of its key. */
export function webhookEntries({ catalog, issuer, values }: EntryContext, given: Given): Entries {
  return Object.fromEntries(
    catalog.webhooks.flatMap((webhook) => {
      const { declaredAs: key, name, description, eventTypes } = webhook
      if (key === undefined) return []
      const entry = {
        url: webhookAddress(webhook, given, { issuer, values }),
        events: eventTypes,
        name: unlessKey(name, key),
        description: description ?? undefined,
      }
      return [[key, entry] as const]
    }),
  )
}

/** The path or query may be a secret of the receiver. One that the author wrote into the file is not. */
export function webhookAddress(
  { name, endpoint, declaredAs: key }: WebhookRecord,
  given: Given,
  { issuer, values }: Pick<EntryContext, 'issuer' | 'values'>,
): string | Reference {
  const written = key === undefined ? undefined : given.entry('webhooks', key)?.['url']
  if (typeof written === 'string' && !written.includes('${env:')) return withPlaceholder(endpoint, issuer)
  const what = `the address of the webhook ${name}`
  return values.reference({ what, name: `MINTAGE_WEBHOOK_${name}`, value: endpoint, given: written })
}

export function planEntries({ billingPlans }: Catalog): Entries {
  return Object.fromEntries(
    billingPlans.map(({ code, name, customer, period, features }) => [
      code,
      {
        name: unlessKey(name, code),
        customer: customer === 'organization' ? undefined : customer,
        period: period === 'month' ? undefined : period,
        features: features.length === 0 ? undefined : Object.fromEntries(features.map(featureEntry)),
      },
    ]),
  )
}

function featureEntry(feature: BillingPlanRecord['features'][number]): [string, object] {
  const { code, name, priceName, fixedCharge, unitAmount, min, max } = feature
  const numbers = Object.entries({ fixedCharge, unitAmount, min, max }).filter(([, value]) => value !== null)
  const names = { name: unlessKey(name, code), priceName: unlessKey(priceName, name) }
  return [code, { ...names, ...Object.fromEntries(numbers) }]
}

export function unlessKey(name: string, key: string): string | undefined {
  return name === key ? undefined : name
}
