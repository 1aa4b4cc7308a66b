// A client of the issuer whose every request is recorded: it signs in through the pages, redeems codes and refreshes. It reads
// answers and judges nothing; that is the checker's (test/harness/invariants.ts).
import { decodeJwt } from 'jose'
import { redirectUri, webClient } from '../harness/directory-fixture.ts'
import type { History, IssuedTokens, Operation, OperationResult } from '../harness/history.ts'
import { userAgent, type UserAgent } from '../harness/user-agent.ts'

export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
}

export interface ClientOptions {
  readonly name: string
  readonly history: History
  /** Where the issuer listens now: it may come back elsewhere. */
  readonly origin: () => string
}

export interface RequestOptions {
  /** Another node than the client's own. */
  readonly origin?: string
  /** Gives the request up: what it did stays unknown. */
  readonly signal?: AbortSignal
  /** An error of the server, too, leaves it unknown: a commit was made, and its answer was lost on the way to the server. */
  readonly isOutcomeUnknown?: boolean
  /** A proof by DPoP. */
  readonly dpop?: string
}

export class Client {
  readonly #options: ClientOptions
  readonly agent: UserAgent

  constructor(options: ClientOptions) {
    this.#options = options
    this.agent = userAgent(options.origin(), { accept: 'text/html' })
  }

  /** By password. */
  signIn(person: Person, options: RequestOptions = {}): Promise<OperationResult> {
    return this.#record('sign-in', person.id, options, async () => {
      const page = await this.agent.get(this.#authorization())
      // The session of a sign-in that broke later is there.
      if (page.status !== 200) return codeIn(page)
      return codeIn(
        await this.agent.submit(page, '/sign-in', { identifier: person.email, password: person.password }),
      )
    })
  }

  /** By the session of an earlier sign-in. */
  return(person: Person): Promise<OperationResult> {
    return this.#record('return', person.id, {}, async () =>
      codeIn(await this.agent.get(this.#authorization('none'))),
    )
  }

  redeem(code: string, options: RequestOptions = {}): Promise<OperationResult> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    return this.#record('redeem', code, options, () => this.#token(form, options))
  }

  refresh(refreshToken: string, options: RequestOptions = {}): Promise<OperationResult> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    return this.#record('refresh', refreshToken, options, () => this.#token(form, options))
  }

  #record(
    op: Exclude<Operation, 'crash'>,
    arg: string,
    { signal, isOutcomeUnknown = false }: RequestOptions,
    attempt: () => Promise<OperationResult>,
  ): Promise<OperationResult> {
    const { history, name } = this.#options
    return history.record({ client: name, op, arg }, async () => {
      const result = await (signal ? Promise.race([attempt(), abortion(signal)]) : attempt())
      const isError = result.kind === 'refused' && result.status >= 500
      return isError && isOutcomeUnknown ? { kind: 'maybe', reason: told(result) } : result
    })
  }

  #authorization(prompt?: 'none'): string {
    const parameters = {
      response_type: 'code',
      client_id: webClient.id,
      redirect_uri: redirectUri,
      scope: 'openid profile email offline',
      state: this.#options.name,
      ...(prompt && { prompt }),
    }
    return `${this.#options.origin()}/oauth2/auth?${new URLSearchParams(parameters).toString()}`
  }

  async #token(
    form: Readonly<Record<string, string>>,
    { origin = this.#options.origin(), dpop }: RequestOptions,
  ): Promise<OperationResult> {
    const response = await fetch(`${origin}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: webClient.id, client_secret: webClient.secret, ...form }),
      ...(dpop !== undefined && { headers: { dpop } }),
    })
    const text = await response.text()
    const body = membersOf(text)
    if (response.status !== 200) return refusal(response.status, text)
    return {
      kind: 'issued',
      accessToken: body.get('access_token') ?? '',
      idToken: body.get('id_token') ?? '',
      refreshToken: body.get('refresh_token') ?? null,
    }
  }
}

/** The code that must have come of it. */
export function codeOf(result: OperationResult): string {
  if (result.kind !== 'signed-in') throw new Error(`expected a sign-in, got ${JSON.stringify(result)}`)
  return result.code
}

/** The tokens that must have been issued. */
export function tokensOf(result: OperationResult): IssuedTokens & { readonly refreshToken: string } {
  if (result.kind !== 'issued' || result.refreshToken === null)
    throw new Error(`expected tokens, got ${JSON.stringify(result)}`)
  return { ...result, refreshToken: result.refreshToken }
}

/** `200`, or the status and the error of a refusal. */
export function told(result: OperationResult): string {
  if (result.kind === 'refused') return `${String(result.status)} ${result.error}`
  return result.kind
}

export function tally(results: readonly OperationResult[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(results, told)].map(([kind, { length }]): [string, number] => [kind, length]),
  )
}

export function claimOf(token: string, name: string): unknown {
  return decodeJwt(token)[name]
}

function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('given up')), { once: true })
  })
}

function codeIn({
  location,
  status,
  text,
}: {
  readonly location?: string
  readonly status: number
  readonly text: string
}): OperationResult {
  const parameters = new URL(location ?? 'none:').searchParams
  const code = parameters.get('code')
  if (code !== null) return { kind: 'signed-in', code }
  const error = parameters.get('error')
  if (error === null) return refusal(status, text)
  return { kind: 'refused', status, error, description: parameters.get('error_description') ?? '' }
}

function refusal(status: number, text: string): OperationResult {
  const body = membersOf(text)
  return {
    kind: 'refused',
    status,
    error: body.get('error') ?? (text.startsWith('<!doctype html>') ? 'a page' : 'no page'),
    description: body.get('error_description') ?? '',
  }
}

/** The members of a JSON object that are texts; none of anything else. */
function membersOf(text: string): ReadonlyMap<string, string> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return new Map()
    return new Map(
      Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return new Map()
  }
}
