// Two real servers for hostile workflows: one that the sandbox may call, which answers badly, and one on the same machine
// that it must never reach. Connections are counted at the socket, before any request is read. `/never` is held without an
// answer, `/until-held/N` until N requests for `/never` have come.
import { once } from 'node:events'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export interface Listeners {
  /** `host:port` of the server that may be called. */
  readonly allowed: string
  /** What workflows are told, as environment variables. */
  readonly addresses: Readonly<Record<string, string>>
  readonly forbiddenConnections: () => number
  /** Resolves when no socket to the allowed server is open any more. */
  readonly idle: () => Promise<void>
  /** How many requests came for a path. */
  readonly requestsTo: (path: string) => number
  readonly close: () => Promise<void>
}

const chunk = 'x'.repeat(64 * 1024)

export async function openListeners(): Promise<Listeners> {
  const sockets = new Set<Socket>()
  let forbiddenConnections = 0
  const requests = new Map<string, number>()
  const requestsTo = (path: string): number => requests.get(path) ?? 0
  const untilHeld = new Map<ServerResponse, number>()
  const forbidden = createServer((socket) => {
    forbiddenConnections++
    socket.destroy()
  })
  const forbiddenPort = await listen(forbidden)
  const allowed = createHttpServer((request, response) => {
    const path = request.url ?? ''
    requests.set(path, requestsTo(path) + 1)
    if (path.startsWith('/until-held/')) untilHeld.set(response, Number(path.slice('/until-held/'.length)))
    else answer(path, response, `http://127.0.0.1:${forbiddenPort}/`)
    for (const [waiting, count] of untilHeld) {
      if (requestsTo('/never') < count) continue
      untilHeld.delete(waiting)
      waiting.writeHead(204, { connection: 'close' }).end()
    }
  })
  allowed.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const allowedPort = await listen(allowed)
  return {
    allowed: `127.0.0.1:${allowedPort}`,
    addresses: { ALLOWED: `http://127.0.0.1:${allowedPort}`, FORBIDDEN_PORT: String(forbiddenPort) },
    forbiddenConnections: () => forbiddenConnections,
    async idle() {
      for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close')
    },
    requestsTo,
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([closed(allowed), closed(forbidden)])
    },
  }
}

function answer(path: string, response: ServerResponse, forbidden: string): void {
  if (path.startsWith('/endless')) return endless(response)
  if (path.startsWith('/never')) return
  if (path.startsWith('/redirect')) {
    response.writeHead(302, { location: forbidden }).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  if (path.startsWith('/pollute')) {
    response.end('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  } else {
    response.end('{"ok":true}')
  }
}

/** A body that does not end for as long as somebody reads it. */
function endless(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) continue
  }
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.on('drain', more)
  more()
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
