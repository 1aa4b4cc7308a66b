// A real HTTP server on a port of its own, gone when its test has ended. It keeps what it was sent, so that a test can say
// what a workflow asked for. What it answers is the test's business.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface ServerAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Written as JSON; `text` is written as it is. */
  readonly json?: unknown
  readonly text?: string
}

export type AnswerRequest = (request: ReceivedRequest) => ServerAnswer | Promise<ServerAnswer>

export interface LocalServer {
  readonly origin: string
  /** `host:port`, as an operator allows it for outgoing calls. */
  readonly host: string
  /** In the order in which they arrived, the unanswered ones included. */
  readonly requests: readonly ReceivedRequest[]
}

/** What ends with its owner: a test, or a process that serves until it is stopped. */
export interface Lifetime {
  after(cleanUp: () => Promise<void>): void
}

export async function startHttpServer(
  lifetime: Lifetime,
  answer: AnswerRequest,
  port = 0,
): Promise<LocalServer> {
  const requests: ReceivedRequest[] = []
  const server = createServer((incoming, response) => {
    const respond = async () => {
      const request = await receive(incoming)
      requests.push(request)
      const { status = 200, headers = {}, json, text: body = '' } = await answer(request)
      const isJson = json !== undefined
      response.writeHead(status, { 'content-type': isJson ? 'application/json' : 'text/plain', ...headers })
      response.end(isJson ? JSON.stringify(json) : body)
    }
    respond().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  const { host, origin } = await listenFor(lifetime, server, port)
  return { origin, host, requests }
}

export interface LocalAddress {
  readonly origin: string
  /** `host:port`. */
  readonly host: string
  readonly port: number
}

/** Opens the server on the loopback address for as long as its owner lives; port 0 stands for a free one. */
export async function listenFor(lifetime: Lifetime, server: Server, port = 0): Promise<LocalAddress> {
  const address = await listen(server, port)
  lifetime.after(() => close(server))
  return address
}

/** An origin where nobody listens: a port that was free a moment ago. */
export async function originThatIsDown(): Promise<{ readonly origin: string; readonly host: string }> {
  const server = createServer()
  const { host, origin } = await listen(server, 0)
  await close(server)
  return { origin, host }
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const { method = '', url = '/', headers } = incoming
  return { method, url: new URL(url, 'http://server.invalid'), headers, body: await text(incoming) }
}

async function listen(server: Server, port: number): Promise<LocalAddress> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!isAddressInfo(address)) throw new Error('the server listens on no port')
  const host = `127.0.0.1:${String(address.port)}`
  return { host, origin: `http://${host}`, port: address.port }
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
