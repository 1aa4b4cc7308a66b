// Which handler answers a path: the first route whose path is the request's, or a folder above it. What no route has is
// answered here, as a page or as JSON, whichever the client asked for.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A listener of node:http; what it may still reject with ends in a 500. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export interface Route {
  /** `/healthz` is that path and all below it; `/` is every path. */
  readonly path: string
  readonly handler: NodeHandler
}

/** The handler for a request target; undefined when there is none. */
export function routeFor(routes: readonly Route[], target: string): NodeHandler | undefined {
  const path = pathOf(target)
  return routes.find((route) => isBelow(path, route.path))?.handler
}

/** Origin-form and absolute-form alike (RFC 9112 §3.2): a proxy may hand over either. */
export function pathOf(target: string): string {
  const path = /^https?:\/\//i.test(target) ? target.replace(/^https?:\/\/[^/?#]*/i, '') : target
  const [plain = ''] = path.split(/[?#]/, 1)
  return plain.startsWith('/') ? plain : `/${plain}`
}

function isBelow(path: string, routePath: string): boolean {
  return routePath === '/' || path === routePath || path.startsWith(`${routePath}/`)
}
