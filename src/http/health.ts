// `/healthz`: the process lives. `/readyz`: it can serve, which a load balancer asks before it sends anybody.
import type { ServerResponse } from 'node:http'
import type { Route } from './router.ts'

/** `isReady` must not reject; false while the server starts, drains, or has no database. */
export function healthRoutes(isReady: () => Promise<boolean>): readonly Route[] {
  return [
    { path: '/healthz', handler: (_, response) => answer(response, true) },
    { path: '/readyz', handler: async (_, response) => answer(response, await isReady()) },
  ]
}

function answer(response: ServerResponse, isGood: boolean): void {
  response.writeHead(isGood ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ status: isGood ? 'ok' : 'unavailable' }))
}
