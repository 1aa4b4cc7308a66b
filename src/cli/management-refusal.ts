// What the management API refused, as the error that a command shows.
import { ConfigError, ServerError, type AppError, type ErrorCode } from '../errors/index.ts'

interface Refused {
  readonly code: string
  readonly message: string
}

/** How a command says each code of the API (management/request-error.ts); all others are `server_refused`. */
const codes: Readonly<Record<string, ErrorCode>> = {
  INSUFFICIENT_SCOPE: 'scope_missing',
  INVALID_CREDENTIALS: 'credentials_refused',
  TOKEN_INVALID: 'credentials_refused',
  ROUTE_NOT_FOUND: 'server_version',
  METHOD_NOT_ALLOWED: 'server_version',
  DEPLOYMENT_NOT_FOUND: 'deployment_not_found',
  DEPLOYMENT_FAILED: 'deployment_failed',
  DEPLOYMENT_INVALID: 'deployment_invalid',
  NOTHING_TO_ROLL_BACK: 'rollback_impossible',
  CHANGED_MEANWHILE: 'changed_meanwhile',
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
  const code = codes[first?.code ?? ''] ?? 'server_refused'
  const said = problems.map(({ message }) => message).join(' ')
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
  return new ConfigError(code, said === '' ? `${where} refused the request.` : said)
}
