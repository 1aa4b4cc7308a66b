// The account API: routes made from the declarations, and the one story that every request goes through. The caller, then the input, then
// the operation; whatever goes wrong becomes an answer in one place, and every answer leaves with its CORS headers.
import { Hono } from 'hono'
import {
  openRequestRate,
  pathParameters,
  queryParameters,
  RequestError,
  requestErrorOf,
  routePath,
  type RequestRate,
} from '../management/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import { accountCaller, calledIssuer, knownToken, type AccountApiDeps } from './account-caller.ts'
import type { AccountOperation } from './account-operation.ts'
import { corsHeaders } from './cross-origin.ts'
import { accountOpenApiDocument } from './openapi.ts'
import { accountOperations } from './operations.ts'

export const accountApiPath = '/account_api/v1'

/** On each server. A page asks a few times when it is opened. */
const requestsPerMinuteOfUser = 600

/** No operation takes a body. */
const mostBodyBytes = 16 * 1024

export interface AccountApi {
  /** For /account_api and all below it. */
  readonly app: Hono
  readonly body: {
    readonly mostBodyBytes: number
    readonly tooLarge: (
      mostBytes: number,
      request: { readonly method: string; readonly origin: string | undefined },
    ) => Promise<Response>
  }
}

/** What was asked, and the answer as far as it is known without the origin. */
interface Answered {
  readonly response: Response
  readonly application?: ApplicationRecord | undefined
}

export function accountApi(deps: AccountApiDeps): AccountApi {
  const app = new Hono()
  const withHeaders = ({ method, headers }: Request, { response, application }: Answered) => {
    const origin = headers.get('origin')
    const asking = { method, origin, headers: headers.get('access-control-request-headers') }
    return withCors(response, corsHeaders(asking, application, deps.store))
  }
  app.get(`${accountApiPath}/openapi.json`, ({ req }) => {
    const headers = { 'cache-control': 'max-age=300' }
    return withHeaders(req.raw, {
      response: Response.json(accountOpenApiDocument(calledIssuer(req.url, deps)), { headers }),
    })
  })
  const rate = openRequestRate(requestsPerMinuteOfUser, deps.nowMs)
  for (const operation of accountOperations) {
    app.get(`${accountApiPath}${routePath(operation.path)}`, async ({ req }) =>
      withHeaders(req.raw, await answered(operation, req.raw, deps, rate)),
    )
  }
  app.notFound(async ({ req }) => withHeaders(req.raw, { response: notAnswered(req.raw) }))
  return {
    app,
    body: {
      mostBodyBytes,
      tooLarge: (mostBytes, { method, origin = null }) => {
        const refused = new RequestError('REQUEST_TOO_LARGE', `The body is larger than ${mostBytes} bytes.`)
        return withCors(refusal(refused), corsHeaders({ method, origin }, undefined, deps.store))
      },
    },
  }
}

async function withCors(
  response: Response,
  headers: Promise<Readonly<Record<string, string>>>,
): Promise<Response> {
  for (const [name, value] of Object.entries(await headers)) response.headers.set(name, value)
  return response
}

async function answered(
  operation: AccountOperation,
  { url, headers }: Request,
  deps: AccountApiDeps,
  rate: RequestRate,
): Promise<Answered> {
  let application: ApplicationRecord | undefined
  try {
    const token = await knownToken(headers.get('authorization') ?? undefined, deps)
    ;({ application } = token)
    const caller = await accountCaller(token, deps)
    rate.admit(caller.subject.user.id)
    const { pathname, search } = new URL(url)
    const request = {
      path: pathParameters(operation.path, pathname.slice(accountApiPath.length)),
      query: queryParameters(search),
    }
    return {
      response: answer(
        200,
        await operation.run(request, caller, { ...deps, issuerUrl: calledIssuer(url, deps) }),
      ),
      application,
    }
  } catch (error) {
    return { response: refusal(requestErrorOf(error, deps), rate), application }
  }
}

/** Answers hold personal data. */
function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

function refusal({ status, problems }: RequestError, rate?: RequestRate): Response {
  const code = problems[0]?.code
  const reset = code === 'TOO_MANY_REQUESTS' ? String(rate?.resetSeconds()) : undefined
  return answer(
    status,
    { errors: problems },
    {
      // RFC 6750 §3: without a token no error is named.
      ...(code === 'INVALID_CREDENTIALS' && { 'www-authenticate': 'Bearer' }),
      ...(code === 'TOKEN_INVALID' && { 'www-authenticate': 'Bearer error="invalid_token"' }),
      ...(reset !== undefined && { 'ratelimit-reset': reset, 'retry-after': reset }),
      ...(code === 'SERVICE_UNAVAILABLE' && { 'retry-after': '5' }),
    },
  )
}

const known = [...accountOperations.map(({ path }) => path), '/openapi.json'].map(
  (path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^{}]+\}/g, '[^/]+')}$`),
)
const allow = 'GET, HEAD, OPTIONS'

function notAnswered({ method, url }: Request): Response {
  const { pathname } = new URL(url)
  const path = pathname.startsWith(`${accountApiPath}/`) ? pathname.slice(accountApiPath.length) : ''
  if (!known.some((pattern) => pattern.test(path)))
    return refusal(new RequestError('ROUTE_NOT_FOUND', 'The requested API route does not exist'))
  // A preflight, and RFC 9110 §9.3.7.
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } })
  const refused = refusal(new RequestError('METHOD_NOT_ALLOWED', `This path has ${allow}.`))
  refused.headers.set('allow', allow)
  return refused
}
