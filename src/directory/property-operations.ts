// Properties and their categories: what they are. Values are set by setPropertyValues(). Each operation is one commit with its audit record.
import type {
  ApplicationRecord,
  Catalog,
  Change,
  PropertyCategoryRecord,
  PropertyRecord,
} from '../store/index.ts'
import { newId } from './ids.ts'
import { audited, beforeAndAfter, differences, type OperationDeps } from './operation.ts'

type PropertyFields = Partial<Pick<PropertyRecord, 'name' | 'description' | 'isPrivate' | 'categoryId'>>

/** Resolves to its id. Rejects with StoreError `store_conflict` when the context has one of this key. */
export async function createProperty(
  given: Omit<PropertyRecord, 'id'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('property', deps.random)
  await deps.store.commit([
    { kind: 'put-property', property: { id, ...given } },
    audited(deps, null, { property_id: id, ...beforeAndAfter({}, given) }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. */
export async function updateProperty(
  before: PropertyRecord,
  fields: PropertyFields,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const { set, expected } = differences<PropertyRecord, PropertyFields>(before, fields)
  if (Object.keys(set).length === 0) return
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-property', property: { ...before, ...set } },
    audited(deps, null, { property_id: before.id, ...beforeAndAfter(expected, set) }),
  ])
}

/**
 * Its values go in the same commit, and no application has it in tokens any more: one of the same key that comes later begins with
 * nothing.
 */
export async function deleteProperty(
  { id, key, context }: PropertyRecord,
  { applications, properties, version }: Pick<Catalog, 'applications' | 'properties' | 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const isKeyLeft = properties.some((one) => one.key === key && one.context !== context)
  const without = applications.flatMap((application) => withoutProperty(application, key, context, isKeyLeft))
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    ...without.map((application): Change => ({ kind: 'put-application', application })),
    { kind: 'delete-property', key, context },
    audited(deps, null, { property_id: id, ...beforeAndAfter({ key, context }, {}) }),
  ])
}

/** `isKeyLeft`: another context has a property of this key, which an application may have in its tokens. */
function withoutProperty(
  application: ApplicationRecord,
  key: string,
  context: PropertyRecord['context'],
  isKeyLeft: boolean,
): ApplicationRecord[] {
  const { properties, customization } = application
  const hasValue = context === 'app' && Object.hasOwn(properties, key)
  const isInTokens = !isKeyLeft && customization.properties.includes(key)
  if (!hasValue && !isInTokens) return []
  const values = Object.entries(properties).filter(([name]) => !hasValue || name !== key)
  const inTokens = customization.properties.filter((name) => !isInTokens || name !== key)
  return [
    {
      ...application,
      properties: Object.fromEntries(values),
      customization: { ...customization, properties: inTokens },
    },
  ]
}

/** Resolves to its id. */
export async function createPropertyCategory(
  given: Omit<PropertyCategoryRecord, 'id'>,
  deps: OperationDeps,
): Promise<string> {
  const id = newId('propertyCategory', deps.random)
  await deps.store.commit([
    { kind: 'put-property-category', category: { id, ...given } },
    audited(deps, null, { category_id: id, ...beforeAndAfter({}, given) }),
  ])
  return id
}

/** `catalog`: the one that `before` was read from. */
export async function renamePropertyCategory(
  before: PropertyCategoryRecord,
  name: string,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  if (name === before.name) return
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-property-category', category: { ...before, name } },
    audited(deps, null, { category_id: before.id, ...beforeAndAfter({ name: before.name }, { name }) }),
  ])
}
