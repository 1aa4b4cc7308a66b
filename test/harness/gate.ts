// A far API that answers when the test says so: a workflow that calls it is in the middle of its run for exactly as long.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { listenFor, type Lifetime } from './http-server.ts'

export interface Gate {
  readonly origin: string
  /** How many calls came. */
  readonly calls: number
  /** Resolves when a call waits. */
  reached(): Promise<void>
  /** Answers the calls that wait, and all that come. */
  open(): void
}

export async function startGate(lifetime: Lifetime): Promise<Gate> {
  const waiting: ServerResponse[] = []
  let calls = 0
  let isOpen = false
  const server = createServer((_, response) => {
    calls += 1
    if (isOpen) response.end('{}')
    else waiting.push(response)
    server.emit('reached')
  })
  const { origin } = await listenFor(lifetime, server)
  return {
    origin,
    get calls() {
      return calls
    },
    async reached() {
      if (calls === 0) await once(server, 'reached')
    },
    open() {
      isOpen = true
      for (const response of waiting) response.end('{}')
    },
  }
}
