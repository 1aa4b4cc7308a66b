// The answers of the server itself: when no route has the path, when a body is too large, when a handler broke. They say
// nothing about the inside, and a browser gets a page where a program gets JSON. The server's composition root hands in the pages, because
// this folder knows none; before that, and without them, it is a bare one.
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

export type PlainStatus = keyof typeof texts

/** A whole page with its headers, without `content-type`. */
export type ErrorPage = (
  request: IncomingMessage,
  failure: { readonly status: PlainStatus; readonly error: string; readonly text: string },
) => { readonly html: string; readonly headers: Readonly<Record<string, string>> }

export function answerPlainly(
  request: IncomingMessage,
  response: ServerResponse,
  status: PlainStatus,
  errorPage: ErrorPage = barePage,
): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { error, text } = texts[status]
  const wantsPage = (request.headers.accept ?? '').includes('text/html')
  const page = wantsPage ? errorPage(request, { status, error, text }) : undefined
  response.writeHead(status, {
    'content-type': page ? 'text/html; charset=utf-8' : 'application/json',
    'content-security-policy': barePolicy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...page?.headers,
    // What is left of the request's body is not read, so the connection cannot be used again.
    ...(status === 413 && { connection: 'close' }),
    ...(status === 503 && { 'retry-after': '5' }),
  })
  const body = page?.html ?? JSON.stringify({ error, error_description: text })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const barePolicy = "default-src 'none'; frame-ancestors 'none'"

const barePage: ErrorPage = (_, { status }) => {
  const { title, text } = texts[status]
  return {
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`,
    headers: {},
  }
}
