// An app that answers a Request with a Response (a Hono app) as a Node handler. The body of a request is read here, whole and
// bounded, and what the app gets is a plain Request: whatever an app or a middleware does with a Request works on it. What the app
// answers is written whole as well.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { statusOfFailure } from './failure.ts'
import { answerPlainly, type ErrorPage } from './plain-answer.ts'
import type { NodeHandler } from './router.ts'

/** The part of a Hono app that is needed here. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>
  onError(handler: (error: unknown) => never): unknown
}

export interface FetchHandlerOptions {
  readonly mostBodyBytes: number | ((request: BodyBearer) => number | Promise<number>)
  /** The app's own words for a body that is larger; the server's when not given. */
  readonly tooLarge?: (mostBytes: number, request: BodyBearer) => Response | Promise<Response>
  /** What a browser sees of an error of the server; a bare page when not given. */
  readonly errorPage?: ErrorPage
  /** What the app rejected with; the client has got a 500. The one place where it is logged. */
  readonly onDefect: (error: unknown) => void
}

export function fetchHandler(app: FetchApp, options: FetchHandlerOptions): NodeHandler {
  // Hono's own handler of errors prints a stack to the terminal and answers with text.
  app.onError((error) => {
    throw error
  })
  return async (incoming, outgoing) => {
    const most = await mostBytesOf(incoming, options)
    const read = await bodyOf(incoming, most)
    if (read.kind === 'aborted') return
    if (read.kind === 'too-large') {
      if (options.tooLarge === undefined) return answerPlainly(incoming, outgoing, 413, options.errorPage)
      // A body that goes on for long is not read to its end, so the connection cannot be used again.
      outgoing.setHeader('connection', 'close')
      return send(await options.tooLarge(most, bearerOf(incoming)), outgoing)
    }
    try {
      await send(await app.fetch(requestOf(incoming, read.body)), outgoing)
    } catch (error) {
      options.onDefect(error)
      answerPlainly(incoming, outgoing, statusOfFailure(error), options.errorPage)
    }
  }
}

/** What a request says before its body is read. */
interface BodyBearer {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly origin: string | undefined
}

async function mostBytesOf(
  incoming: IncomingMessage,
  { mostBodyBytes: most }: FetchHandlerOptions,
): Promise<number> {
  return typeof most === 'number' ? most : most(bearerOf(incoming))
}

function bearerOf({
  method = 'GET',
  url = '/',
  headers: { authorization, origin },
}: IncomingMessage): BodyBearer {
  return { method, path: url.split('?', 1)[0] ?? '/', authorization, origin }
}

type ReadBody =
  | { readonly kind: 'read'; readonly body: Buffer<ArrayBuffer> | undefined }
  | { readonly kind: 'too-large' }
  /** The client is gone. */
  | { readonly kind: 'aborted' }

const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'TRACE'])

/** Of a body that is refused: most clients send all of it before they look for an answer, and lose the answer when the connection ends. */
const mostDiscardedBytes = 32 * 1024 * 1024

/** The HTTP parser holds a body to its announced length; the size of one that comes in chunks is known only at its end. */
async function bodyOf(incoming: IncomingMessage, mostBytes: number): Promise<ReadBody> {
  const { headers } = incoming
  const isAnnounced = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
  if (!isAnnounced || withoutBody.has(incoming.method ?? '')) return { kind: 'read', body: undefined }
  const announced = Number(headers['content-length'] ?? 0)
  const mostRead = Math.max(mostBytes, mostDiscardedBytes)
  if (announced > mostRead) return { kind: 'too-large' }
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      bytes += chunk.byteLength
      if (bytes > mostRead) return { kind: 'too-large' }
      if (Math.max(bytes, announced) <= mostBytes) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch {
    return { kind: 'aborted' }
  }
  if (bytes > mostBytes) return { kind: 'too-large' }
  return { kind: 'read', body: Buffer.concat(chunks) }
}

/** The target, in origin-form (request-target.ts), at the settled address (settled-headers.ts). */
function requestOf(incoming: IncomingMessage, body: Buffer<ArrayBuffer> | undefined): Request {
  const { url: target = '/', method = 'GET', headersDistinct } = incoming
  const origin = `${String(incoming.headers['x-forwarded-proto'])}://${String(incoming.headers.host)}`
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Request(`${origin}${target}`, {
    // Fetch refuses to carry TRACE. No app of this server answers it, or a method of another name.
    method: method === 'TRACE' ? 'TRACE-REFUSED' : method,
    headers,
    ...(body !== undefined && { body }),
  })
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  outgoing.statusCode = response.status
  outgoing.setHeaders(response.headers)
  outgoing.end(body)
}
