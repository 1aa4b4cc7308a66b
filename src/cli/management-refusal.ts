// What the management API refused, as the error that a command shows.
import { ConfigError, errorCodes, ServerError, type AppError, type ErrorCode } from '../errors/index.ts'

interface Refused {
  readonly code: string
  readonly message: string
}

/** How a command says a code of the API (management/request-error.ts) that has another name here; one without a name here is `server_refused`. */
const codes: Readonly<Record<string, ErrorCode>> = {
  INSUFFICIENT_SCOPE: 'scope_missing',
  INVALID_CREDENTIALS: 'credentials_refused',
  TOKEN_INVALID: 'credentials_refused',
  ROUTE_NOT_FOUND: 'server_version',
  METHOD_NOT_ALLOWED: 'server_version',
  NOTHING_TO_ROLL_BACK: 'rollback_impossible',
  INVOCATION_NOT_FOUND: 'usage',
  INTERNAL_ERROR: 'server_failed',
  SERVICE_UNAVAILABLE: 'server_failed',
}

/** `where`: which server or database, as the reader knows it. */
export function refusal(
  problems: readonly Refused[],
  { method, path, scope }: { readonly method: string; readonly path: string; readonly scope: string | null },
  where: string,
): AppError {
  const [first] = problems
  const code = codeOf(first?.code ?? '')
  const said = problems.map(({ message }) => message).join(' ')
  if (/^body\S*: Unrecognized key/.test(said)) {
    return new ServerError(
      'server_version',
      `${where} does not know all that this version of Mintage sends (${said}): it runs another version.`,
    )
  }
  if (code === 'server_version') {
    return new ServerError(
      code,
      `${where} does not have the operation ${method.toUpperCase()} /api/v1${path}: it runs another version of Mintage.`,
    )
  }
  if (code === 'server_failed') return new ServerError(code, `${where} could not answer: ${said}`)
  if (code === 'scope_missing' && scope !== null) {
    return new ConfigError(code, `The machine lacks the scope ${scope} at ${where}.`, {
      hint: `Add ${scope} to the scopes of the machine in mintage.yaml: applications.NAME.apis with the audience \${issuer}/api.`,
    })
  }
  if (code === 'credentials_refused') return new ConfigError(code, `${where} refused the token: ${said}`)
  const hint = hints[first?.code ?? '']
  return new ConfigError(code, said === '' ? `${where} refused the request.` : said, {
    ...(hint !== undefined && { hint }),
  })
}

const hints: Readonly<Record<string, string>> = {
  ORGANIZATION_BOUND:
    'Use a machine that belongs to no organization: an application without organization in mintage.yaml.',
  TOO_MANY_REQUESTS: 'Wait a minute, and try again.',
}

/** Said by the server, by a proxy before it in words of its own, or known before anything is sent. */
export function tooLarge(where: string, bytes: number): AppError {
  return new ConfigError(
    'request_too_large',
    `The request has ${bytes} bytes, which is more than ${where} takes, or a proxy before it.`,
  )
}

function codeOf(refused: string): ErrorCode {
  const sameName = refused.toLowerCase()
  return codes[refused] ?? (isErrorCode(sameName) ? sameName : 'server_refused')
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorCodes, name)
}
