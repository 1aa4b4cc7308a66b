// Which part of the server answers which path. The issuer has everything that nobody else has: its paths are the protocol's.
import { fetchHandler, healthRoutes, type FetchHandler, type NodeHandler, type Route } from '../http/index.ts'
import type { Logger } from '../telemetry/index.ts'

interface Parts {
  readonly issuer: NodeHandler
  readonly management: FetchHandler
  readonly playground: FetchHandler | undefined
  readonly isReady: () => Promise<boolean>
  readonly log: Logger
}

/** The management API bounds its bodies itself; this is only what no request of it needs. */
const mostBodyBytes = 1_048_576

export function serverRoutes({ issuer, management, playground, isReady, log }: Parts): readonly Route[] {
  const app = (handle: FetchHandler): NodeHandler =>
    fetchHandler(handle, {
      mostBodyBytes,
      onDefect: (error) => log.error('request_failed', { error }),
    })
  return [
    ...healthRoutes(isReady),
    { path: '/api', handler: app(management) },
    ...(playground ? [{ path: '/playground', handler: app(playground) }] : []),
    { path: '/', handler: playground ? withFrontDoor(issuer) : issuer },
  ]
}

/** Whoever opens the bare address finds the playground. */
function withFrontDoor(issuer: NodeHandler): NodeHandler {
  return (request, response) => {
    if (request.method !== 'GET' || !/^\/(?:\?|$)/.test(request.url ?? '')) return issuer(request, response)
    response.writeHead(302, { location: '/playground' }).end()
  }
}
