// A load balancer as operators put it in front of replicas: round robin over those whose `/readyz` is 200, connections kept. It tries
// nothing again, so that each request that a replica drops is seen.
import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lifetime } from './http-server.ts'

export interface Balancer {
  readonly origin: string
  /** Requests that no replica answered, with why. */
  readonly failures: readonly string[]
  /** Replica `index` listens here from now on. */
  place(index: number, origin: string): void
  /** Resolves when so many replicas are ready. */
  untilReady(count: number): Promise<void>
}

interface Replica {
  readonly origin: string
  readonly agent: Agent
  isReady: boolean
}

const checkEveryMs = 50

export async function startBalancer(lifetime: Lifetime): Promise<Balancer> {
  const replicas: Replica[] = []
  const failures: string[] = []
  let turn = 0
  let isOpen = true

  function hand(incoming: IncomingMessage, response: ServerResponse): void {
    const ready = replicas.filter(({ isReady }) => isReady)
    const replica = ready[(turn += 1) % Math.max(1, ready.length)]
    const failed = (why: string) => {
      failures.push(`${incoming.method} ${incoming.url}: ${why}`)
      response.writeHead(502).end()
    }
    if (replica === undefined) return failed('no replica is ready')
    const { method, headers, url: path } = incoming
    const { hostname, port } = new URL(replica.origin)
    const forwarded = request({ host: hostname, port, method, path, headers, agent: replica.agent })
    forwarded.on('error', (error) => failed(String(error)))
    forwarded.on('response', (answer) => {
      const { connection: _, ...kept } = answer.headers
      response.writeHead(answer.statusCode ?? 502, kept)
      answer.pipe(response)
    })
    incoming.pipe(forwarded)
  }

  async function check(replica: Replica): Promise<void> {
    replica.isReady = await fetch(`${replica.origin}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  }

  async function checkAll(): Promise<void> {
    while (isOpen) {
      await Promise.all(replicas.map(check))
      await pause(checkEveryMs)
    }
  }

  const server = createServer(hand).listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const checking = checkAll()
  lifetime.after(async () => {
    isOpen = false
    await checking
    for (const { agent } of replicas) agent.destroy()
    server.closeAllConnections()
    await once(server.close(), 'close')
  })
  return {
    origin: `http://localhost:${port}`,
    failures,
    place(index, origin) {
      replicas[index]?.agent.destroy()
      replicas[index] = { origin, agent: new Agent({ keepAlive: true }), isReady: false }
    },
    async untilReady(count) {
      while (replicas.filter(({ isReady }) => isReady).length < count) await pause(checkEveryMs)
    },
  }
}
