// Which handler answers a path: the first route whose path is the request's, or a folder above it. What no route has is
// answered here, as a page or as JSON, whichever the client asked for.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A listener of node:http; what it may still reject with ends in a 500. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

export interface Route {
  /** `/healthz` is that path and all below it; `/` is every path. */
  readonly path: string
  readonly handler: NodeHandler
  /** In place of the server's own bound of a body; the handler bounds what it reads. */
  readonly bodyBytes?: number
}

/** The route of a target in origin-form (request-target.ts); undefined when no route has its path. */
export function routeFor(routes: readonly Route[], target: string): Route | undefined {
  const path = pathOf(target)
  // Nothing lies below an empty first segment, and a library that resolves `//name` against a base reads a host in it.
  if (path.startsWith('//')) return undefined
  return routes.find((route) => isBelow(path, route.path))
}

/** The path of a target in origin-form. */
export function pathOf(target: string): string {
  const [path = ''] = target.split('?', 1)
  return path
}

function isBelow(path: string, routePath: string): boolean {
  return routePath === '/' || path === routePath || path.startsWith(`${routePath}/`)
}
