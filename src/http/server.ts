// One node:http server for all routes. It listens first and gets its routes afterwards, because the issuer's address may
// depend on the port; until then, and while it drains, it says that it is not available. Slow, endless and oversized requests
// end by its limits, not by patience (FI-18).
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../telemetry/index.ts'
import { logFailure, statusOfFailure } from './failure.ts'
import { answerInProcess } from './in-process.ts'
import { listenError } from './listen-error.ts'
import { answerPlainly, type ErrorPage } from './plain-answer.ts'
import { hasValidHost, originForm } from './request-target.ts'
import { pathOf, routeFor, type Route } from './router.ts'
import type { ServedOrigins } from './served-origin.ts'
import { settleHeaders } from './settled-headers.ts'

export interface ServerLimits {
  /** Until all headers of a request have come, and all of the request; then 408. */
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Between two requests of a connection. */
  readonly keepAliveMs: number
  /** Without a byte in either direction, as when a client does not read its answer. */
  readonly idleMs: number
  /** Of all headers; then 431. */
  readonly headerBytes: number
  /** As announced by Content-Length; then 413. What comes in chunks is bounded by who reads it. */
  readonly bodyBytes: number
  /** How long requests in flight may take when the server closes. */
  readonly drainMs: number
}

export const defaultServerLimits: ServerLimits = Object.freeze({
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 65_000,
  idleMs: 120_000,
  headerBytes: 16_384,
  bodyBytes: 1_048_576,
  drainMs: 10_000,
})

export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  readonly log: Logger
  readonly limits?: Partial<ServerLimits>
}

export interface ServedRoutes extends ServedOrigins {
  readonly routes: readonly Route[]
  /** What a browser sees of an error of the server; a bare page when not given. */
  readonly errorPage?: ErrorPage
}

export interface HttpServer {
  readonly port: number
  /** From here on requests reach these routes. */
  serve(served: ServedRoutes): void
  /** The same routes, in process. */
  handle(request: Request): Promise<Response>
  /** True from the call of close(): a load balancer should send no more requests. */
  readonly isDraining: boolean
  /** That have come over a connection since the start: how busy the server is, for work that makes room. */
  readonly requests: number
  /**
   * First serves on for `delayMs`, while `isDraining` tells the load balancer and each answer closes its connection. Then takes no more
   * connections, lets requests in flight end, and ends those that take too long.
   */
  close(delayMs?: number): Promise<void>
}

/** Resolves when it listens. Throws ConfigError `port_in_use`, `address_unavailable`. */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  const server = new ListeningServer(options)
  await server.listen(options)
  return server
}

/** RFC 9110 §15.6.2: this server is not a proxy and implements no CONNECT. */
const connectAnswer = 'HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

class ListeningServer implements HttpServer {
  readonly #log: Logger
  readonly #limits: ServerLimits
  readonly #server: Server
  #served: ServedRoutes | undefined
  #closed: Promise<void> | undefined
  readonly #underWay = new Set<ServerResponse>()
  #requests = 0

  constructor({ log, limits }: ServerOptions) {
    this.#log = log
    this.#limits = { ...defaultServerLimits, ...limits }
    const { headersTimeoutMs, requestTimeoutMs, keepAliveMs, idleMs, headerBytes } = this.#limits
    this.#server = createServer(
      {
        headersTimeout: headersTimeoutMs,
        requestTimeout: requestTimeoutMs,
        keepAliveTimeout: keepAliveMs,
        maxHeaderSize: headerBytes,
        connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
      },
      (request, response) => void this.#answer(request, response),
    )
    this.#server.setTimeout(idleMs)
    // Without a listener Node closes the connection and says nothing.
    this.#server.on('connect', (_, socket) => socket.end(connectAnswer))
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get isDraining(): boolean {
    return this.#closed !== undefined
  }

  get requests(): number {
    return this.#requests
  }

  async listen({ port, host }: ServerOptions): Promise<void> {
    try {
      await once(this.#server.listen(port, host), 'listening')
    } catch (error) {
      throw listenError(error, { port, host })
    }
    // A connection that cannot be accepted must not end the process.
    this.#server.on('error', (error) => this.#log.error('accept_failed', { error }))
  }

  serve(served: ServedRoutes): void {
    this.#served = served
  }

  handle(request: Request): Promise<Response> {
    return answerInProcess(this.#server, request)
  }

  close(delayMs = 0): Promise<void> {
    return (this.#closed ??= this.#drain(delayMs))
  }

  async #drain(delayMs: number): Promise<void> {
    for (const response of this.#underWay) response.shouldKeepAlive = false
    if (delayMs > 0) await delay(delayMs)
    const closed = once(this.#server, 'close')
    // Also ends the connections that wait for a next request.
    this.#server.close()
    const tooLong = setTimeout(() => this.#server.closeAllConnections(), this.#limits.drainMs)
    await closed
    clearTimeout(tooLong)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now()
    const { method = '', url = '' } = request
    this.#requests++
    const target = originForm(url)
    const path = pathOf(target ?? url)
    let client = request.socket.remoteAddress
    this.#underWay.add(response)
    response.on('close', () => this.#underWay.delete(response))
    // RFC 9112 §9.6: `Connection: close`, so that the client sends its next request to another server.
    if (this.isDraining) response.shouldKeepAlive = false
    response.on('finish', () => {
      if (this.isDraining) request.socket.end()
      const durationMs = Math.round(performance.now() - began)
      this.#log.debug('request', { method, path, status: response.statusCode, durationMs, client })
    })
    if (this.#served === undefined) return answerPlainly(request, response, 503)
    const { errorPage } = this.#served
    // RFC 9110 §9.3.7: a request for the options of the server as a whole, which has none.
    if (method === 'OPTIONS' && url === '*') return void response.writeHead(204).end()
    if (target === undefined || !hasValidHost(request))
      return answerPlainly(request, response, 400, errorPage)
    request.url = target
    client = settleHeaders(request, this.#served)
    const route = routeFor(this.#served.routes, target)
    const { bodyBytes = this.#limits.bodyBytes } = route ?? {}
    if (Number(request.headers['content-length'] ?? 0) > bodyBytes) {
      return answerPlainly(request, response, 413, errorPage)
    }
    if (route === undefined) return answerPlainly(request, response, 404, errorPage)
    try {
      await route.handler(request, response)
    } catch (error) {
      logFailure(this.#log, error, { method, path })
      answerPlainly(request, response, statusOfFailure(error), errorPage)
    }
  }
}
