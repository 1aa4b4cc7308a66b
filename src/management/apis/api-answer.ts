// An API as answers show it, and how one is found.
import type { ApiRecord, ApplicationRecord, ApplicationType } from '../../store/index.ts'
import { hasApi } from '../../directory/index.ts'
import type { HandlerDeps } from '../operation.ts'
import { RequestError } from '../request-error.ts'

export const kindeTypeNames = {
  m2m: 'Machine to machine (M2M)',
  reg: 'Back-end web',
  spa: 'Front-end and mobile',
  device: 'Device and IoT',
} as const satisfies Record<ApplicationType, string>

export function apiAnswer({ id, name, audience, isManagementApi }: ApiRecord) {
  return { id, name, audience, is_management_api: isManagementApi }
}

export function scopeAnswer({ id, key, description }: ApiRecord['scopes'][number]) {
  return { id, key, description }
}

export function applicationAnswer(application: ApplicationRecord, api: ApiRecord) {
  const { clientId: id, name, type } = application
  return { id, name, type: kindeTypeNames[type], is_active: hasApi(application, api) }
}

export async function foundApi({ store }: Pick<HandlerDeps, 'store'>, id: string): Promise<ApiRecord> {
  const { apis } = await store.directory.catalog()
  const api = apis.find((one) => one.id === id)
  if (api === undefined) throw new RequestError('API_NOT_FOUND', 'There is no API with this id.')
  return api
}

/** For what would change it: the management API has the scopes of its operations and the address of its issuer. */
export async function foundOwnApi(deps: Pick<HandlerDeps, 'store'>, id: string): Promise<ApiRecord> {
  const api = await foundApi(deps, id)
  if (api.isManagementApi)
    throw new RequestError(
      'MANAGEMENT_API_FIXED',
      'The management API is built in: it cannot be deleted, and its scopes are those of its operations.',
    )
  return api
}

export function foundScope({ scopes }: ApiRecord, id: string): ApiRecord['scopes'][number] {
  const scope = scopes.find((one) => one.id === id)
  if (scope === undefined) throw new RequestError('API_SCOPE_NOT_FOUND', 'The API has no scope with this id.')
  return scope
}
