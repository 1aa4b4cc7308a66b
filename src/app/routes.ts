// Which part of the server answers which path. The issuer has every other path: its paths are the protocol's.
import {
  fetchHandler,
  healthRoutes,
  logFailure,
  type ErrorPage,
  type FetchApp,
  type FetchHandlerOptions,
  type NodeHandler,
  type Route,
} from '../http/index.ts'
import type { AccountApi } from '../account-api/index.ts'
import type { ManagementApi } from '../management/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { gitWebhookPath } from './git-sync.ts'

interface Parts {
  readonly issuer: NodeHandler
  /** The host of the main address, where the playground is. */
  readonly mainHost: string
  readonly management: ManagementApi
  readonly accountApi: AccountApi
  readonly playground: FetchApp | undefined
  /** Takes signed pushes of a git repository. */
  readonly gitWebhook: FetchApp | undefined
  readonly unavailableParts: () => Promise<readonly string[]>
  readonly log: Logger
  readonly errorPage: ErrorPage
}

/** The playground's forms hold a few words. */
const playgroundBody = { mostBodyBytes: 65_536 }
/** GitHub sends at most 25 MB; a push of that size does not happen in a project of workflows. */
const pushBody = { mostBodyBytes: 4 * 1024 * 1024 }

export function serverRoutes({
  issuer,
  mainHost,
  management,
  accountApi,
  playground,
  gitWebhook,
  unavailableParts,
  log,
  errorPage,
}: Parts): readonly Route[] {
  const onDefect = (error: unknown) => logFailure(log, error)
  const handled = (app: FetchApp, body: Omit<FetchHandlerOptions, 'onDefect'>): NodeHandler =>
    fetchHandler(app, { ...body, onDefect, errorPage })
  const api = handled(management.app, management.body)
  return [
    ...healthRoutes(unavailableParts),
    ...management.roomyPaths.map((roomy) => ({ ...roomy, handler: api })),
    { path: '/api', handler: api },
    { path: '/account_api', handler: handled(accountApi.app, accountApi.body) },
    ...(gitWebhook ? [{ path: gitWebhookPath, handler: handled(gitWebhook, pushBody) }] : []),
    ...(playground
      ? [{ path: '/playground', handler: atHost(mainHost, handled(playground, playgroundBody), issuer) }]
      : []),
    { path: '/', handler: playground ? atHost(mainHost, withFrontDoor(issuer), issuer) : issuer },
  ]
}

/** The Host header is settled by then (http/settled-headers.ts). */
function atHost(host: string, handler: NodeHandler, elsewhere: NodeHandler): NodeHandler {
  return (request, response) =>
    request.headers.host === host ? handler(request, response) : elsewhere(request, response)
}

/** The bare address leads to the playground. */
function withFrontDoor(issuer: NodeHandler): NodeHandler {
  return (request, response) => {
    if (request.method !== 'GET' || !/^\/(?:\?|$)/.test(request.url ?? '')) return issuer(request, response)
    response.writeHead(302, { location: '/playground' }).end()
  }
}
