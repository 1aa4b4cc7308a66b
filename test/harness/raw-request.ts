// A request whose target, Host and headers are the test's own, character by character: `fetch` would correct them.
import { once } from 'node:events'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RawRequest {
  readonly method?: string
  /** As it stands in the request line. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends the request to the server of `origin`. */
export async function sendRaw(
  origin: string,
  { method = 'GET', target, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  const sending = request({ host: hostname, port, method, path: target, headers, agent: false })
  sending.end(body)
  const [incoming] = await once(sending, 'response')
  const { statusCode = 0, headers: answered } = incoming
  return { status: statusCode, headers: answered, text: await text(incoming) }
}

/** Sends these bytes; resolves to everything that comes back until the server closes the connection. */
export async function sendBytes(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  return text(socket)
}
