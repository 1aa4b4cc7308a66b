// Which tokens of machines a rehearsal plays: for each application of a machine one for each API that it was given, with all scopes. Tokens for the
// management API never depend on a workflow, so they are left out.
import { isSuspended } from '../directory/index.ts'
import type { ApiRecord, ApplicationRecord, DirectoryStore } from '../store/index.ts'
import { machineMintRequest, machineScopes, type MachineMintRequest } from '../tokens/index.ts'
import { rehearsedIp } from './rehearsed-sign-ins.ts'
import type { RehearsalRequest } from './request.ts'

export interface RehearsedMachine {
  readonly application: ApplicationRecord
  readonly api: ApiRecord
}

type Directory = Pick<DirectoryStore, 'catalog' | 'organization'>

/** Those of one organization when its members are rehearsed. A suspended organization gets no tokens. */
export async function rehearsedMachines(
  { users, clientIds }: RehearsalRequest,
  directory: Directory,
): Promise<readonly RehearsedMachine[]> {
  const { applications, apis } = await directory.catalog()
  const machines: RehearsedMachine[] = []
  for (const application of applications) {
    const { type, clientId, organizationCode } = application
    if (type !== 'm2m' || clientIds?.includes(clientId) === false) continue
    if (users.kind === 'organization' && organizationCode !== users.code) continue
    // oxlint-disable-next-line no-await-in-loop -- few machines belong to an organization
    const organization =
      organizationCode === null ? undefined : await directory.organization(organizationCode)
    if (organization && isSuspended(organization)) continue
    const given = new Set(application.apis.map(({ apiId }) => apiId))
    for (const api of apis) if (given.has(api.id) && !api.isManagementApi) machines.push({ application, api })
  }
  return machines
}

/** The token as the machine would ask for it. */
export async function rehearsedMachineToken(
  { application, api }: RehearsedMachine,
  directory: Directory,
  identity: Parameters<typeof machineMintRequest>[2],
): Promise<MachineMintRequest> {
  const asked = {
    application,
    audiences: [api.audience],
    scopes: machineScopes([api], application),
    type: api.accessTokenType,
    ip: rehearsedIp,
  }
  return machineMintRequest(asked, await directory.catalog(), identity)
}
