// An HTTP proxy between a browser and the issuer, for what happens on the way: answers that wait, answers that get lost once the server
// has given them, cookies that a browser does not keep. A request is named by its method and path: `POST /interaction/…/sign-in`.
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listenFor, type Lifetime } from './http-server.ts'

export interface HeldAnswers {
  /** Resolves when so many answers wait. */
  count(atLeast: number): Promise<void>
  /** Sends them, and holds no more. */
  release(): void
}

export interface UnreliableProxy {
  readonly origin: string
  /** Where requests go. */
  target: string
  arePassingCookies: boolean
  hold(name: RegExp): HeldAnswers
  /** The connection is cut in the place of the next such answer; resolves when it was. */
  lose(name: RegExp): Promise<void>
  /** Passes everything on again. */
  calm(): void
}

export async function startUnreliableProxy(lifetime: Lifetime): Promise<UnreliableProxy> {
  let held: { readonly name: RegExp; readonly answers: (() => void)[] } | undefined
  let lost: { readonly name: RegExp; readonly done: () => void } | undefined

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const name = `${String(incoming.method)} ${String(incoming.url)}`
    const target = new URL(proxy.target)
    const { cookie, ...headers } = incoming.headers
    const body = await buffer(incoming)
    const forwarded = request({
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...headers, ...(proxy.arePassingCookies && cookie !== undefined && { cookie }) },
    })
    forwarded.end(body)
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
    const content = await buffer(answer)
    if (lost?.name.test(name)) {
      const { done } = lost
      lost = undefined
      outgoing.destroy()
      return done()
    }
    const send = () => {
      const { 'set-cookie': cookies, ...others } = answer.headers
      // Without keep-alive a browser does not send again by itself what was lost.
      const kept = {
        ...others,
        connection: 'close',
        ...(proxy.arePassingCookies && cookies && { 'set-cookie': cookies }),
      }
      outgoing.writeHead(answer.statusCode ?? 500, kept).end(content)
    }
    if (!held?.name.test(name)) return send()
    held.answers.push(send)
    server.emit('held')
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy())
  })
  const { port } = await listenFor(lifetime, server)
  const proxy: UnreliableProxy = {
    origin: `http://localhost:${String(port)}`,
    target: '',
    arePassingCookies: true,
    hold(name) {
      const answers: (() => void)[] = []
      held = { name, answers }
      return {
        async count(atLeast) {
          const signal = AbortSignal.timeout(20_000)
          while (answers.length < atLeast) await once(server, 'held', { signal })
        },
        release() {
          held = undefined
          for (const send of answers) send()
        },
      }
    },
    calm() {
      for (const send of held?.answers ?? []) send()
      held = undefined
      lost = undefined
      proxy.arePassingCookies = true
    },
    lose: (name) =>
      new Promise((resolve) => {
        lost = { name, done: resolve }
      }),
  }
  return proxy
}
