// A fetch handler (a Hono app's `fetch`) as a Node handler, with a bound on the body: apps read bodies whole, and a body that
// comes in chunks tells its size to nobody beforehand.
import { getRequestListener } from '@hono/node-server'
import type { NodeHandler } from './router.ts'

export type FetchHandler = (request: Request) => Response | Promise<Response>

export interface FetchHandlerOptions {
  readonly mostBodyBytes: number
  /** What an app rejected with; the client has got a 500. */
  readonly onDefect: (error: unknown) => void
}

export function fetchHandler(
  handle: FetchHandler,
  { mostBodyBytes, onDefect }: FetchHandlerOptions,
): NodeHandler {
  const answer = async (request: Request): Promise<Response> => {
    try {
      const bounded = await boundedRequest(request, mostBodyBytes)
      return bounded === undefined
        ? problem(413, 'too_large', 'The body of the request is larger than it may be.')
        : await handle(bounded)
    } catch (error) {
      onDefect(error)
      return problem(500, 'server_error', 'The server could not answer.')
    }
  }
  return getRequestListener(answer, { overrideGlobalObjects: false })
}

/** Undefined when the body is too large. A body of announced length cannot become longer: the HTTP parser sees to that. */
async function boundedRequest(request: Request, mostBytes: number): Promise<Request | undefined> {
  const { url, method, headers } = request
  const announced = headers.get('content-length')
  if (announced !== null) return Number(announced) > mostBytes ? undefined : request
  if (!headers.has('transfer-encoding') || request.body === null) return request
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  return new Request(url, { method, headers, body: new Blob(chunks) })
}

function problem(status: number, error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status })
}
