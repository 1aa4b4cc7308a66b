// `/healthz`: the process lives. `/readyz`: it can serve, which a load balancer asks before it sends requests.
import type { ServerResponse } from 'node:http'
import type { Route } from './router.ts'

/** `unavailableParts` must not reject. The server is ready when it resolves to an empty list. */
export function healthRoutes(unavailableParts: () => Promise<readonly string[]>): readonly Route[] {
  return [
    { path: '/healthz', handler: (_, response) => answer(response, []) },
    { path: '/readyz', handler: async (_, response) => answer(response, await unavailableParts()) },
  ]
}

function answer(response: ServerResponse, unavailable: readonly string[]): void {
  const isGood = unavailable.length === 0
  response.writeHead(isGood ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(isGood ? { status: 'ok' } : { status: 'unavailable', unavailable }))
}
