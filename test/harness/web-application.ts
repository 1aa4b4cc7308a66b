// A web application as a person meets it in a browser: a home page that says who is signed in, a sign-in that remembers its `state` once,
// a callback that redeems the code. An unknown `state` is the dead end that a real application has.
import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { decodeJwt } from 'jose'
import { webClient } from './directory-fixture.ts'
import { listenFor, type Lifetime } from './http-server.ts'

export interface WebApplication {
  readonly origin: string
  /** The address that begins a sign-in with these parameters. */
  loginUrl(params?: Readonly<Record<string, string>>): string
}

export async function startWebApplication(lifetime: Lifetime, issuer: () => string): Promise<WebApplication> {
  const states = new Set<string>()

  function begin(response: ServerResponse, params: URLSearchParams): void {
    const state = randomUUID()
    states.add(state)
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: webClient.id,
      redirect_uri: `${origin}/callback`,
      scope: 'openid email offline',
      state,
      ...Object.fromEntries(params),
    })
    response.writeHead(303, { location: `${issuer()}/oauth2/auth?${query.toString()}` }).end()
  }

  async function end(response: ServerResponse, params: URLSearchParams): Promise<void> {
    if (!states.delete(params.get('state') ?? '')) return page(response, 'Unknown state')
    const error = params.get('error')
    if (error !== null) return page(response, `Refused: ${error}`)
    const redeemed = await fetch(`${issuer()}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: params.get('code') ?? '',
        redirect_uri: `${origin}/callback`,
        client_id: webClient.id,
        client_secret: webClient.secret,
      }),
    })
    const { id_token: idToken } = (await redeemed.json()) as { readonly id_token?: string }
    if (idToken === undefined) return page(response, `The code was refused: ${String(redeemed.status)}`)
    const cookie = `user=${String(decodeJwt(idToken).sub)}; path=/; httponly`
    response.writeHead(303, { location: '/', 'set-cookie': cookie }).end()
  }

  function page(response: ServerResponse, text: string): void {
    const html = `<!doctype html><title>Application</title><main><p>${text}</p><a class="button button-primary" href="/login">Sign in</a></main>`
    response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(html)
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin)
    if (pathname === '/login') return begin(response, searchParams)
    if (pathname === '/callback')
      return void end(response, searchParams).catch((error: unknown) => page(response, String(error)))
    const [, user] = /user=([^;]*)/.exec(request.headers.cookie ?? '') ?? []
    page(response, user === undefined ? 'Welcome' : `Signed in as ${user}`)
  })
  const { origin } = await listenFor(lifetime, server)
  return {
    origin,
    loginUrl: (params = {}) => `${origin}/login?${new URLSearchParams(params).toString()}`,
  }
}
