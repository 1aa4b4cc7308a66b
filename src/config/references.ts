// References inside mintage.yaml: each names something that the same file declares. Judged on the plain value, so that they are
// reported together with what the schema finds.
import { nearest } from '../errors/index.ts'
import { clientIdForm, isJsonObject, managementScopes } from '../oauth/index.ts'
import { pathText, spotsAt, valueAt, type Spot } from './paths.ts'
import type { ValueProblem } from './schema-problems.ts'
import { valueChecks, valueWords } from './schema/access.ts'
import { issuerPlaceholder } from './schema/fields.ts'

/** `key`: the keys at the place are the references; else its values are. */
interface Reference {
  readonly at: readonly string[]
  readonly to: string
  readonly what: string
  readonly isKey?: boolean
  /** What may also stand there: something that the file need not declare. */
  readonly or?: RegExp
}

const references: readonly Reference[] = [
  { at: ['roles', '*', 'permissions', '*'], to: 'permissions', what: 'permission' },
  { at: ['roles', '*', 'assignmentPermission'], to: 'permissions', what: 'permission' },
  { at: ['properties', '*', 'category'], to: 'propertyCategories', what: 'category' },
  { at: ['applications', '*', 'organization'], to: 'organizations', what: 'organization' },
  { at: ['applications', '*', 'accessRoles', '*'], to: 'roles', what: 'role' },
  { at: ['applications', '*', 'tokens', 'properties', '*'], to: 'properties', what: 'property' },
  { at: ['applications', '*', 'properties', '*'], to: 'properties', what: 'property', isKey: true },
  {
    at: ['settings', 'invitations', 'application'],
    to: 'applications',
    what: 'application',
    or: clientIdForm,
  },
  { at: ['organizations', '*', 'properties', '*'], to: 'properties', what: 'property', isKey: true },
  { at: ['organizations', '*', 'featureFlags', '*'], to: 'featureFlags', what: 'feature flag', isKey: true },
  { at: ['users', '*', 'properties', '*'], to: 'properties', what: 'property', isKey: true },
  { at: ['users', '*', 'featureFlags', '*'], to: 'featureFlags', what: 'feature flag', isKey: true },
  { at: ['users', '*', 'organizations', '*'], to: 'organizations', what: 'organization', isKey: true },
  { at: ['users', '*', 'organizations', '*', 'roles', '*'], to: 'roles', what: 'role' },
  { at: ['users', '*', 'organizations', '*', 'permissions', '*'], to: 'permissions', what: 'permission' },
]

/** Values that no two may share. */
const uniques: readonly { readonly at: readonly string[]; readonly what: string }[] = [
  { at: ['applications', '*', 'clientId'], what: 'client_id' },
  { at: ['apis', '*', 'audience'], what: 'audience' },
  { at: ['organizations', '*', 'code'], what: 'code' },
  { at: ['users', '*', 'id'], what: 'id' },
  { at: ['users', '*', 'email'], what: 'address' },
  { at: ['users', '*', 'username'], what: 'username' },
  { at: ['users', '*', 'phone'], what: 'phone number' },
  { at: ['users', '*', 'providedId'], what: 'provided id' },
]

export function referenceProblems(file: unknown): ValueProblem[] {
  return [
    ...references.flatMap((reference) => brokenReferences(file, reference)),
    ...uniques.flatMap((unique) => duplicates(file, unique.at, unique.what)),
    ...['applications', 'roles'].flatMap((whose) =>
      spotsAt(file, [whose, '*']).flatMap(({ path }) =>
        duplicates(file, [...path.map(String), 'apis', '*', 'audience'], 'audience'),
      ),
    ),
    ...apiProblems(file),
    ...flagValueProblems(file),
    ...propertyContextProblems(file),
    ...categoryContextProblems(file),
    ...secondDefaults(file),
  ]
}

function brokenReferences(file: unknown, { at, to, what, isKey = false, or }: Reference): ValueProblem[] {
  const known = keysOf(file, to)
  return spotsAt(file, at).flatMap(({ path, value }) => {
    const name = isKey ? path.at(-1) : value
    if (typeof name !== 'string' || known.includes(name) || or?.test(name)) return []
    return [unknownName(path, isKey, what, name, known, `declare it under ${to}`)]
  })
}

function unknownName(
  path: Spot['path'],
  isKey: boolean,
  what: string,
  name: string,
  known: readonly string[],
  otherwise: string,
): ValueProblem {
  const meant = nearest(name, known)
  const place = pathText(isKey ? path.slice(0, -1) : path)
  const hint =
    meant === undefined ? `Correct it, or ${otherwise}.` : `Did you mean ${meant}? Or ${otherwise}.`
  return { path, isKey, message: `${place}: there is no ${what} “${name}”.`, hint }
}

function duplicates(file: unknown, at: readonly string[], what: string): ValueProblem[] {
  const seen = new Map<string, Spot>()
  return spotsAt(file, at).flatMap((spot): ValueProblem[] => {
    const name = typeof spot.value === 'string' ? spot.value.trim().toLowerCase() : undefined
    const first = name === undefined ? undefined : seen.get(name)
    if (name !== undefined && first === undefined) seen.set(name, spot)
    if (first === undefined) return []
    const message = `${pathText(spot.path)}: ${pathText(first.path.slice(0, -1))} has this ${what} already.`
    return [{ path: spot.path, message, hint: 'Give each its own, or make one entry of the two.' }]
  })
}

interface KnownApi {
  readonly scopes: readonly string[]
  /** What to do about a scope that it does not have. */
  readonly otherwise: string
}

function declaredApis(file: unknown): readonly (readonly [audience: string, api: KnownApi])[] {
  return spotsAt(file, ['apis', '*', 'audience']).map(({ path, value }): [string, KnownApi] => {
    const api = path.slice(0, -1)
    const otherwise = `declare it under ${pathText([...api, 'scopes'])}`
    return [String(value), { scopes: keysOf(valueAt(file, api), 'scopes'), otherwise }]
  })
}

function apiProblems(file: unknown): ValueProblem[] {
  const declared = declaredApis(file)
  const management = { scopes: managementScopes, otherwise: 'remove it' }
  // Users cannot have scopes of the management API, so a role does not give them.
  return [
    ...accessProblems(file, 'applications', new Map([[`${issuerPlaceholder}/api`, management], ...declared])),
    ...accessProblems(file, 'roles', new Map(declared)),
  ]
}

function accessProblems(
  file: unknown,
  whose: 'applications' | 'roles',
  apis: ReadonlyMap<string, KnownApi>,
): ValueProblem[] {
  return spotsAt(file, [whose, '*', 'apis', '*']).flatMap(({ path, value }) => {
    const audience = valueAt(value, ['audience'])
    if (typeof audience !== 'string') return []
    const api = apis.get(audience)
    if (api === undefined) {
      const names = [...apis.keys()]
      const what = 'API with the audience'
      return [unknownName([...path, 'audience'], false, what, audience, names, 'declare it under apis')]
    }
    return spotsAt(value, ['scopes', '*'], path).flatMap((scope) => {
      if (typeof scope.value !== 'string' || api.scopes.includes(scope.value)) return []
      return [unknownName(scope.path, false, 'scope', scope.value, api.scopes, api.otherwise)]
    })
  })
}

function flagValueProblems(file: unknown): ValueProblem[] {
  const values = ['organizations', 'users'].flatMap((who) => spotsAt(file, [who, '*', 'featureFlags', '*']))
  return values.flatMap(({ path, value }) => {
    const type = valueAt(file, ['featureFlags', String(path.at(-1)), 'type'])
    if (typeof type !== 'string' || !isFlagType(type) || valueChecks[type](value)) return []
    return [{ path, message: `${pathText(path)}: expected ${valueWords[type]}.` }]
  })
}

function isFlagType(type: string): type is keyof typeof valueChecks {
  return Object.hasOwn(valueChecks, type)
}

const contextOf = { applications: 'app', organizations: 'org', users: 'usr' } as const

function propertyContextProblems(file: unknown): ValueProblem[] {
  return Object.entries(contextOf).flatMap(([who, context]) =>
    spotsAt(file, [who, '*', 'properties', '*']).flatMap(({ path }): ValueProblem[] => {
      const declared = valueAt(file, ['properties', String(path.at(-1)), 'context'])
      if (typeof declared !== 'string' || declared === context) return []
      const message = `${pathText(path)}: this property has the context ${declared}, not ${context}.`
      return [{ path, isKey: true, message }]
    }),
  )
}

function categoryContextProblems(file: unknown): ValueProblem[] {
  return spotsAt(file, ['properties', '*', 'category']).flatMap(({ path, value }): ValueProblem[] => {
    const ofCategory = valueAt(file, ['propertyCategories', String(value), 'context'])
    const context = valueAt(file, [...path.slice(0, -1).map(String), 'context'])
    if (typeof ofCategory !== 'string' || ofCategory === context) return []
    const message = `${pathText(path)}: this category has the context ${ofCategory}, not ${String(context)}.`
    return [{ path, message }]
  })
}

function secondDefaults(file: unknown): ValueProblem[] {
  const defaults = spotsAt(file, ['organizations', '*', 'isDefault']).filter(({ value }) => value === true)
  return defaults.slice(1).map(({ path }) => ({
    path,
    message: `${pathText(path)}: ${pathText(defaults[0]?.path.slice(0, -1) ?? [])} is the default organization already.`,
  }))
}

function keysOf(value: unknown, member: string): string[] {
  const members = valueAt(value, [member])
  return isJsonObject(members) ? Object.keys(members) : []
}
