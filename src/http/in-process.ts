// The routes without a socket: a Request goes to the server's own HTTP parser through a pair of streams in memory. What a
// workflow asks of its own issuer so passes the same parser, limits and handlers as what comes from outside.
import { request as sendRequest, type IncomingMessage, type Server } from 'node:http'
import { duplexPair, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Rejects when the answer breaks off before its headers, and with the signal's reason. */
export async function answerInProcess(server: Server, request: Request): Promise<Response> {
  request.signal.throwIfAborted()
  const [ours, theirs] = duplexPair()
  server.emit('connection', theirs)
  const { pathname, search, host } = new URL(request.url)
  const sending = sendRequest({
    method: request.method,
    path: `${pathname}${search}`,
    headers: { ...Object.fromEntries(request.headers), host, connection: 'close' },
    createConnection: () => ours,
    signal: request.signal,
  })
  const answered = Promise.withResolvers<IncomingMessage>()
  sending.on('response', answered.resolve)
  sending.on('error', answered.reject)
  const { body } = request
  if (body === null) sending.end()
  // A server may answer before it has read all, and then the rest has nowhere to go.
  else pipeline(Readable.fromWeb(body), sending).catch(answered.reject)
  return responseOf(await answered.promise)
}

const ofTheConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding'])

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode: status = 500, headersDistinct } = incoming
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    ofTheConnection.has(name) ? [] : values.map((value): [string, string] => [name, value]),
  )
  const isWithoutBody = status === 204 || status === 304
  if (isWithoutBody) incoming.resume()
  return new Response(isWithoutBody ? null : Readable.toWeb(incoming), { status, headers })
}
