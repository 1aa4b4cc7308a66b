// docs/reference/account-api.md, made from the declarations: `npm run docs` writes it, a test fails when the two part.
import type { z } from 'zod'
import { fields, requestErrors, type RequestErrorCode } from '../management/index.ts'
import type { AccountOperation } from './account-operation.ts'
import { accountOperationsBySubject } from './operations.ts'

/** The page as Markdown. */
export function accountApiReference(): string {
  const subjects = Object.entries(accountOperationsBySubject).map(
    ([subject, operations]) => `## ${subject}\n\n${operations.map(section).join('\n')}`,
  )
  const rows = Object.entries(errors).map(
    ([code, meaning]) =>
      `| \`${code}\` | ${requestErrors[code as keyof typeof errors].status} | ${meaning} |`,
  )
  return `${introduction}\n${subjects.join('\n')}\n${errorsHeading}\n${rows.join('\n')}\n`
}

function section({ path, operationId, summary, query, answer }: AccountOperation): string {
  const rows = [
    ['operation', operationId],
    ['query', fields(query)],
    ['answer', answerText(answer)],
  ].filter(([, value]) => value !== '')
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')
  return `### GET /account_api/v1${path}\n\n${summary}\n\n| | |\n| --- | --- |\n${table}\n`
}

function answerText({ shape }: z.ZodObject): string {
  return Object.keys(shape)
    .map((name) => `\`${name}\``)
    .join(' ')
}

const errors = {
  INVALID_CREDENTIALS: 'The request carries no bearer token.',
  TOKEN_INVALID:
    'The token is not a valid user’s token of this issuer: another issuer’s, a machine’s, expired, revoked, bound to a key, for an API that asks for `at+jwt`, of a user who was suspended or left the organization.',
  INVALID_REQUEST: 'A parameter is invalid; one entry for each.',
  TOO_MANY_REQUESTS:
    'The user has sent more than 600 requests in a minute to this server: wait for the seconds in `RateLimit-Reset`.',
  FEATURE_FLAG_NOT_FOUND: requestErrors.FEATURE_FLAG_NOT_FOUND.meaning,
  ENTITLEMENT_NOT_FOUND: requestErrors.ENTITLEMENT_NOT_FOUND.meaning,
  ORGANIZATION_NOT_FOUND: 'The token is not for an organization.',
  METHOD_NOT_ALLOWED: requestErrors.METHOD_NOT_ALLOWED.meaning,
  ROUTE_NOT_FOUND: 'The account API has no such operation.',
  REQUEST_TOO_LARGE: 'The request carries a body, and it is large. No operation takes one.',
  INTERNAL_ERROR: requestErrors.INTERNAL_ERROR.meaning,
  SERVICE_UNAVAILABLE: requestErrors.SERVICE_UNAVAILABLE.meaning,
} as const satisfies Partial<Record<RequestErrorCode, string>>

const introduction = `# Account API

Kinde’s account API at \`{issuer}/account_api/v1\`, for applications: send the user’s access token as a bearer token. The token says who asks and
for which organization; every answer is read of the directory as it is now, so a role that was given after the token was issued is there.
The OpenAPI document is at \`/account_api/v1/openapi.json\`.

Kinde’s SDKs call it: \`getRoles\` of \`@kinde/js-utils\` when the token has no roles, and every call with \`forceApi: true\`. \`getFlag\` with
\`forceApi\` compares the **name** of a flag, not its key.

Lists take \`page_size\` (10 unless given, at most 1000; \`limit\` is the same) and \`starting_after\`, the id of the last item that was read.
\`metadata\` has \`has_more\` and that id, \`next_page_starting_after\`. Lists are sorted by id. An error is
\`{"errors":[{"code":"…","message":"…"}]}\`.

Scripts of the application’s [origins](mintage-yaml.md#applications) may read every answer, refusals and preflights included, with
credentials. No cookie is looked at.
`

const errorsHeading = `## Errors

| code | status | what it means |
| --- | --- | --- |`
