// The management API: routes made from the declarations, and the one story that every request goes through. Unknown route,
// then the caller, then the input, then the operation; whatever goes wrong becomes an answer in one place.
import { Hono, type Context } from 'hono'
import { StoreError } from '../errors/index.ts'
import { ChangedMeanwhileError } from '../store/index.ts'
import { authorizedCaller } from './bearer-token.ts'
import type { Caller, ManagementDeps } from './management-deps.ts'
import { openApiDocument } from './openapi.ts'
import { multipartBody } from './multipart.ts'
import { noContent, type Operation } from './operation.ts'
import { pathPattern, routePath } from './operation-path.ts'
import { operations } from './operations.ts'
import { RequestError, requestErrors } from './request-error.ts'
import { openRequestRate, type RequestRate } from './request-rate.ts'
import { bodyJson, pathParameters, queryParameters } from './request-text.ts'
import { unanswered } from './unanswered-request.ts'

const basePath = '/api/v1'
const mostBodyBytes = 256 * 1024

export interface ManagementApi {
  /** For /api and all below it. */
  readonly app: Hono
  /** The HTTP server reads bodies, up to this bound, before the app is asked. */
  /** The paths below which larger bodies are taken from those who may send them. */
  readonly roomyPaths: readonly { readonly path: string; readonly bodyBytes: number }[]
  readonly body: {
    readonly mostBodyBytes: (request: AskedForBody) => number | Promise<number>
    readonly tooLarge: (mostBytes: number, request: AskedForBody) => Promise<Response>
  }
}

export function managementApi(deps: ManagementDeps): ManagementApi {
  const app = new Hono()
  app.use(async (context, next) => {
    // Answers hold personal data. The document of the API, which does not, says so itself.
    context.header('cache-control', 'no-store')
    await next()
  })
  app.get(`${basePath}/openapi.json`, (context) =>
    context.json(openApiDocument(deps.issuerUrl), 200, { 'cache-control': 'max-age=300' }),
  )
  const rate = openRequestRate(deps.requestsPerMinute, deps.nowMs)
  for (const operation of operations) {
    app.on(operation.method, `${basePath}${routePath(operation.path)}`, (context) =>
      answered(operation, context, deps, rate),
    )
  }
  app.notFound(notAnswered)
  return {
    app,
    roomyPaths,
    body: {
      mostBodyBytes: (request) => mostBodyBytesOf(request, deps),
      tooLarge: (mostBytes, request) => tooLarge(mostBytes, request, deps),
    },
  }
}

async function answered(
  operation: Operation,
  context: Context,
  deps: ManagementDeps,
  rate: RequestRate,
): Promise<Response> {
  try {
    const caller = await callerOf(operation, context, deps)
    // The HTTP server says where a request comes from (http/settled-headers.ts).
    const counted = caller.clientId ?? caller.address
    if (counted !== undefined && context.req.header('mintage-in-process') === undefined) rate.admit(counted)
    const { pathname, search } = new URL(context.req.url)
    const request = {
      path: pathParameters(operation.path, pathname.slice(basePath.length)),
      query: queryParameters(search),
      body: await bodyOf(operation, context),
    }
    const answer = await operation.run(request, deps, caller)
    return answer === noContent ? context.body(null, 204) : context.json(answer, operation.status)
  } catch (error) {
    return refused(context, requestErrorOf(error, deps), operation, rate)
  }
}

/** A public operation is asked by an address; it looks at no token, so that a bad one changes nothing. */
async function callerOf({ scope }: Operation, { req }: Context, deps: ManagementDeps): Promise<Caller> {
  if (scope !== null) return authorizedCaller(req.header('authorization'), scope, deps)
  // Written by the HTTP server, whatever the request says (http/settled-headers.ts).
  return { clientId: null, organizationCode: null, address: req.header('x-forwarded-for') ?? '' }
}

async function bodyOf({ body, isMultipart }: Operation, { req }: Context): Promise<unknown> {
  if (body === undefined) return undefined
  const bytes = await req.arrayBuffer()
  if (!isMultipart) return bodyJson(bytes)
  return multipartBody(bytes, req.header('content-type'), Object.keys(body.shape))
}

/** What an operation rejected with, as an answer. Our own defects are reported here. */
export function requestErrorOf(error: unknown, deps: Pick<ManagementDeps, 'onDefect'>): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof StoreError && error.code === 'store_conflict')
    return new RequestError('ALREADY_EXISTS', error.message)
  if (error instanceof ChangedMeanwhileError) return new RequestError('CHANGED_MEANWHILE', error.message)
  deps.onDefect?.(error)
  return error instanceof StoreError
    ? new RequestError('SERVICE_UNAVAILABLE', 'The database cannot be reached at the moment.')
    : new RequestError('INTERNAL_ERROR', 'Something went wrong inside Mintage.')
}

function refused(
  context: Context,
  { status, problems }: RequestError,
  { scope }: Operation,
  rate: RequestRate,
): Response {
  const challenge = challengeOf(problems[0]?.code ?? '', scope)
  if (challenge !== undefined) context.header('www-authenticate', challenge)
  if (status === requestErrors.SERVICE_UNAVAILABLE.status) context.header('retry-after', '5')
  if (status === requestErrors.TOO_MANY_REQUESTS.status) {
    const seconds = String(rate.resetSeconds())
    context.header('ratelimit-reset', seconds)
    context.header('retry-after', seconds)
  }
  return context.json({ errors: problems }, status)
}

/** RFC 6750 §3: without a token no error is named. */
function challengeOf(code: string, scope: string | null): string | undefined {
  if (code === 'INVALID_CREDENTIALS') return 'Bearer'
  if (code === 'TOKEN_INVALID') return 'Bearer error="invalid_token"'
  if (code === 'INSUFFICIENT_SCOPE') return `Bearer error="insufficient_scope", scope="${scope ?? ''}"`
  return undefined
}

function notAnswered(context: Context): Response {
  const { pathname } = new URL(context.req.url)
  const path = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : ''
  const found = unanswered(context.req.method, path)
  switch (found.kind) {
    case 'options':
      return context.body(null, 204, { allow: found.allow })
    case 'refused':
      if (found.allow !== undefined) context.header('allow', found.allow)
      return context.json({ errors: found.error.problems }, found.error.status)
    case 'no-route':
      return routeNotFound(context)
  }
}

function routeNotFound(context: Context): Response {
  const { status } = requestErrors.ROUTE_NOT_FOUND
  const errors = { code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' }
  return context.json({ errors }, status)
}

/** What a request says before its body is read. */
interface AskedForBody {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
}

const patterns = operations.map((operation) => ({
  ...operation,
  pattern: pathPattern(`${basePath}${operation.path}`),
}))

function askedOperation({ method, path }: AskedForBody): Operation | undefined {
  return patterns.find((one) => one.method === method.toLowerCase() && one.pattern.test(path))
}

/** A path with parameters keeps within what the HTTP server takes for any path. */
const roomyPaths = operations.flatMap(({ path, mostBodyBytes: own }) =>
  own === undefined || path.includes('{') ? [] : [{ path: `${basePath}${path}`, bodyBytes: own }],
)

/** Only who may ask for such an operation makes the server hold more than the usual. */
async function mostBodyBytesOf(request: AskedForBody, deps: ManagementDeps): Promise<number> {
  const asked = askedOperation(request)
  if (asked?.mostBodyBytes === undefined || asked.scope === null) return mostBodyBytes
  const refusal = await callerRefusal(asked, request, deps)
  return refusal === undefined ? asked.mostBodyBytes : mostBodyBytes
}

/** The caller comes before the body, as for a body of any size: a missing scope is the mistake to correct, not the size. */
async function tooLarge(mostBytes: number, request: AskedForBody, deps: ManagementDeps): Promise<Response> {
  const asked = askedOperation(request)
  const refusal = asked && (await callerRefusal(asked, request, deps))
  const { status, problems } =
    refusal ?? new RequestError('REQUEST_TOO_LARGE', `The body is larger than ${mostBytes} bytes.`)
  const challenge = challengeOf(problems[0]?.code ?? '', asked?.scope ?? null)
  const headers = {
    'cache-control': 'no-store',
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
  }
  return Response.json({ errors: problems }, { status, headers })
}

async function callerRefusal(
  { scope }: Operation,
  { authorization }: AskedForBody,
  deps: ManagementDeps,
): Promise<RequestError | undefined> {
  if (scope === null) return undefined
  try {
    await authorizedCaller(authorization, scope, deps)
    return undefined
  } catch (error) {
    return requestErrorOf(error, deps)
  }
}
