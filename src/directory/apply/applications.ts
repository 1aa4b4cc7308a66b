// Applications, connections and environment variables of the file. A secret that the file leaves out is made once and then kept.
import type { MintageFile } from '../../config/index.ts'
import type {
  ApiRecord,
  ApplicationRecord,
  ConnectionRecord,
  EnvironmentVariableRecord,
  OrganizationRecord,
  RoleRecord,
} from '../../store/index.ts'
import { newApplication } from '../application.ts'
import { managementApi, newConnection } from '../built-ins.ts'
import { putConnection } from '../connection.ts'
import { declaredClientId } from '../ids.ts'
import { found, freeId, idsOf, withIssuer, type PlanContext } from './plan-context.ts'
import { recordStep, type PlanStep } from './plan-step.ts'

type GivenApplication = MintageFile['applications'][string]

export interface DeclaredOrganizations {
  /** By the key of the file. */
  readonly byKey: ReadonlyMap<string, OrganizationRecord>
}

export function applicationSteps(
  context: PlanContext,
  { apis, roles }: { readonly apis: readonly ApiRecord[]; readonly roles: readonly RoleRecord[] },
  { byKey }: DeclaredOrganizations,
): PlanStep[] {
  const known = [...apis, managementApi(context.catalog, context.issuer)]
  return Object.entries(context.file.applications).flatMap(([key, given]) => {
    const clientId = clientIdOf(key, given)
    const current = context.catalog.applications.find((one) => one.clientId === clientId)
    const organization = given.organization === undefined ? undefined : byKey.get(given.organization)
    const application: ApplicationRecord = {
      ...wantedApplication(key, given, current, context),
      apis: (given.apis ?? []).map((access) => apiAccess(access, given, known, context)),
      organizationCode: organization?.code ?? null,
      ...(given.accessRoles && accessControl(given.accessRoles, roles)),
    }
    const named = { what: 'application', name: key }
    return recordStep(named, current, application, { kind: 'put-application', application })
  })
}

/** The applications of a file as they would be written, by the key of the file; their APIs and organizations are left out. */
export function declaredApplications(
  context: ApplicationContext,
): { readonly key: string; readonly application: ApplicationRecord }[] {
  return Object.entries(context.file.applications).map(([key, given]) => ({
    key,
    application: wantedApplication(key, given, undefined, context),
  }))
}

export type ApplicationContext = Pick<PlanContext, 'file' | 'issuer' | 'random' | 'now'>

export function clientIdOf(key: string, { clientId }: Pick<GivenApplication, 'clientId'>): string {
  return clientId ?? declaredClientId(key)
}

function wantedApplication(
  key: string,
  given: GivenApplication,
  current: ApplicationRecord | undefined,
  context: ApplicationContext,
): ApplicationRecord {
  const { type } = given
  const defaults = newApplication(
    { clientId: clientIdOf(key, given), name: given.name ?? key, type },
    context,
  )
  const uri = (text: string | undefined) => (text === undefined ? null : withIssuer(text, context))
  const uris = (texts: readonly string[] = []) => texts.map((text) => withIssuer(text, context))
  const authMethod = given.authMethod ?? defaults.authMethod
  const madeSecret = current?.clientSecret ?? defaults.clientSecret
  const ownSecret = authMethod === 'private_key_jwt' || authMethod === 'none' ? null : madeSecret
  return {
    ...defaults,
    clientSecret: given.clientSecret?.reveal() ?? ownSecret,
    authMethod,
    jwks: given.jwks ?? null,
    redirectUris: uris(given.redirectUris),
    logoutUris: uris(given.logoutUris),
    backchannelLogoutUri: uri(given.backchannelLogoutUri),
    corsOrigins: uris(given.corsOrigins),
    homepageUri: uri(given.homepageUri),
    loginUri: uri(given.loginUri),
    lifetimes: lifetimesOf(given, context),
    customization: {
      accessToken: given.tokens?.accessToken ?? [],
      idToken: given.tokens?.idToken ?? [],
      properties: given.tokens?.properties ?? [],
    },
    claims: given.claims ?? null,
    tokenBudget: given.tokenBudget ?? null,
    signingAlgorithm: given.signingAlgorithm ?? defaults.signingAlgorithm,
    isPkceRequired: given.requirePkce ?? defaults.isPkceRequired,
    isDpopRequired: given.requireDpop ?? defaults.isDpopRequired,
    isParRequired: given.requirePar ?? defaults.isParRequired,
    isCookieRefresh: given.cookieRefresh ?? defaults.isCookieRefresh,
    previousClientSecret: current?.previousClientSecret,
    previousSecretUntilMs: current?.previousSecretUntilMs,
    // What the file leaves out stays as the management API left it: a start never opens an application to more users.
    isAccessControlEnabled: current?.isAccessControlEnabled,
    accessRoleIds: current?.accessRoleIds,
    isHasuraMappingEnabled: given.tokens?.hasura ?? current?.isHasuraMappingEnabled,
    properties: given.properties ?? {},
    createdAtMs: current?.createdAtMs ?? defaults.createdAtMs,
  }
}

function lifetimesOf({ tokenLifetimes: own }: GivenApplication, { file }: ApplicationContext) {
  const environment = file.settings.tokenLifetimes
  return {
    accessToken: own?.accessToken ?? environment.accessToken,
    idToken: own?.idToken ?? environment.idToken,
    refreshToken: own?.refreshToken ?? environment.refreshToken,
    session: own?.session ?? environment.session,
  }
}

function accessControl(keys: readonly string[], roles: readonly RoleRecord[]) {
  return { isAccessControlEnabled: keys.length > 0, accessRoleIds: idsOf(keys, roles) }
}

/** Scopes are granted to machines; what a person's application may ask for is decided by the person's rights. */
function apiAccess(
  access: NonNullable<GivenApplication['apis']>[number],
  { type }: GivenApplication,
  known: readonly ApiRecord[],
  context: PlanContext,
): ApplicationRecord['apis'][number] {
  const audience = withIssuer(access.audience, context)
  const api = found(
    known.find((one) => one.audience === audience),
    audience,
  )
  const all = type === 'm2m' ? api.scopes.map(({ key }) => key) : []
  return { apiId: api.id, scopeIds: idsOf(access.scopes ?? all, api.scopes) }
}

export function connectionSteps({ file, catalog }: PlanContext): PlanStep[] {
  return givenConnections(file).flatMap(({ strategy, given }) => {
    const current = catalog.connections.find((one) => one.strategy === strategy)
    const connection: ConnectionRecord = {
      ...(current ?? newConnection(strategy, given.displayName ?? strategy)),
      ...(given.displayName !== undefined && { displayName: given.displayName }),
      isEnabled: given.isEnabled ?? true,
    }
    const named = { what: 'connection', name: strategy }
    return recordStep(named, current, connection, putConnection(connection))
  })
}

function givenConnections({ connections }: MintageFile) {
  const strategies = ['email:password', 'username:password', 'phone:password'] as const
  return strategies.flatMap((strategy) => {
    const given = connections[strategy]
    return given === undefined ? [] : [{ strategy, given }]
  })
}

export function variableSteps({ file, catalog, random, now }: PlanContext): PlanStep[] {
  return Object.entries(file.environmentVariables).flatMap(([key, given]) => {
    const current = catalog.environmentVariables.find((one) => one.key === key)
    const variable: EnvironmentVariableRecord = {
      id: current?.id ?? freeId('environmentVariable', key, catalog.environmentVariables, random),
      key,
      value: given.value.reveal(),
      isSecret: given.isSecret ?? false,
      createdAtMs: current?.createdAtMs ?? now(),
    }
    const named = { what: 'environment variable', name: key }
    return recordStep(named, current, variable, { kind: 'put-environment-variable', variable })
  })
}
