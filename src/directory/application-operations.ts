// Applications as the management API makes and changes them. Each operation is one commit with its audit record, which never holds a
// secret. An application is one document of the catalog, so a change names the catalog that it was decided on.
import { isDeepStrictEqual } from 'node:util'
import type { ApplicationRecord, Catalog } from '../store/index.ts'
import { newApplication, type ApplicationStart } from './application.ts'
import { newClientId, newClientSecret } from './ids.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'

/** What an operator may change of an application that exists. */
export type ApplicationFields = Partial<
  Pick<
    ApplicationRecord,
    | 'name'
    | 'redirectUris'
    | 'logoutUris'
    | 'homepageUri'
    | 'loginUri'
    | 'lifetimes'
    | 'properties'
    | 'isAccessControlEnabled'
    | 'accessRoleIds'
    | 'isHasuraMappingEnabled'
  >
>

export interface GivenApplication extends Omit<ApplicationStart, 'clientId'> {
  /** Of an M2M application that works for one organization. */
  readonly organizationCode: string | null
}

/** With a new client_id, and a secret when an application of its type can keep one. */
export async function createApplication(
  { organizationCode, ...start }: GivenApplication,
  deps: OperationDeps,
): Promise<ApplicationRecord> {
  const clientId = newClientId(deps.random)
  const application = { ...newApplication({ ...start, clientId }, deps), organizationCode }
  const { name, type } = application
  await deps.store.commit([
    { kind: 'put-application', application },
    audited(deps, null, { client_id: clientId, ...beforeAndAfter({}, { name, type, organizationCode }) }),
  ])
  return application
}

/** `catalog`: the one that `before` was read from. */
export async function updateApplication(
  before: ApplicationRecord,
  fields: ApplicationFields,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<void> {
  const changed = Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !isDeepStrictEqual(value, Reflect.get(before, name)))
    .map(([name]) => name)
  const of = (record: object) => Object.fromEntries(changed.map((name) => [name, Reflect.get(record, name)]))
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-application', application: { ...before, ...of(fields) } },
    audited(deps, null, { client_id: before.clientId, ...beforeAndAfter(of(before), of(fields)) }),
  ])
}

/** Sessions stay; grants, codes and tokens of the application end with it. */
export async function deleteApplication(
  { clientId, name, type }: ApplicationRecord,
  deps: OperationDeps,
): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-application', clientId },
    audited(deps, null, { client_id: clientId, ...beforeAndAfter({ name, type }, {}) }),
  ])
}

export interface RotatedSecret {
  readonly clientSecret: string
  /** Undefined when the old one ended at once. */
  readonly previousUntilMs: number | undefined
}

/** Of an application that has one. The old one ends at once, or is accepted for so long beside the new one; one before that ends. */
export async function rotateClientSecret(
  before: ApplicationRecord,
  keepPreviousMs: number,
  { version }: Pick<Catalog, 'version'>,
  deps: OperationDeps,
): Promise<RotatedSecret> {
  const clientSecret = newClientSecret(deps.random)
  const previousUntilMs = keepPreviousMs > 0 ? deps.now() + keepPreviousMs : undefined
  const application: ApplicationRecord = {
    ...before,
    clientSecret,
    previousClientSecret: previousUntilMs === undefined ? null : before.clientSecret,
    previousSecretUntilMs: previousUntilMs ?? null,
  }
  await deps.store.commit([
    { kind: 'expect-catalog', version },
    { kind: 'put-application', application },
    audited(deps, null, { client_id: before.clientId, previous_until_ms: previousUntilMs ?? null }),
  ])
  return { clientSecret, previousUntilMs }
}
