// The answers of the server itself: when no route has the path, when a body is too large, when a handler broke. They say
// nothing about the inside, and a browser gets a page where a program gets JSON.
import type { IncomingMessage, ServerResponse } from 'node:http'

const texts = {
  400: {
    error: 'bad_request',
    title: 'Bad request',
    text: 'The request line or the Host header is invalid.',
  },
  404: { error: 'not_found', title: 'Not found', text: 'There is nothing at this address.' },
  413: { error: 'too_large', title: 'Too large', text: 'The body of the request is larger than it may be.' },
  500: {
    error: 'server_error',
    title: 'Something went wrong',
    text: 'The server could not answer. Try again in a moment.',
  },
  503: {
    error: 'temporarily_unavailable',
    title: 'Not available',
    text: 'The server cannot answer at the moment. Try again in a moment.',
  },
} as const

export function answerPlainly(
  request: IncomingMessage,
  response: ServerResponse,
  status: keyof typeof texts,
): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { error, title, text } = texts[status]
  const wantsPage = (request.headers.accept ?? '').includes('text/html')
  const body = wantsPage
    ? `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`
    : JSON.stringify({ error, error_description: text })
  response.writeHead(status, {
    'content-type': wantsPage ? 'text/html; charset=utf-8' : 'application/json',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    // What is left of the request's body is not read, so the connection cannot be used again.
    ...(status === 413 && { connection: 'close' }),
    ...(status === 503 && { 'retry-after': '5' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
