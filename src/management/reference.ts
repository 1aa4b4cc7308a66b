// docs/reference/management-api.md, made from the declarations: `npm run docs` writes it, a test fails when the two part.
import type { z } from 'zod'
import { hashBoundsText } from '../directory/index.ts'
import { isOptional } from './openapi.ts'
import type { Operation } from './operation.ts'
import { operationsByResource } from './operations.ts'
import { requestErrors } from './request-error.ts'

/** The page as Markdown. */
export function managementReference(): string {
  const resources = Object.entries(operationsByResource).map(
    ([resource, operations]) => `## ${resource}\n\n${operations.map(section).join('\n')}`,
  )
  const errors = Object.entries(requestErrors).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
  )
  return `${introduction}\n${resources.join('\n')}\n${errorsHeading}\n${errors.join('\n')}\n`
}

function section(operation: Operation): string {
  const { method, path, operationId, summary, scope, query, body, answer, status, notSupported } = operation
  const rows = [
    ['operation', operationId],
    ['scope', scope ?? 'none: public'],
    ['machine of one organization', operation.organizationBound],
    ['query', fields(query)],
    ['body', body === undefined ? '' : fields(body)],
    [`answer (${status})`, Object.keys(answer.shape).map(code).join(' ')],
    ['refused: not supported', notSupported.map(code).join(' ')],
  ].filter(([, value]) => value !== '')
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')
  return `### ${method.toUpperCase()} /api/v1${path}\n\n${summary}\n\n| | |\n| --- | --- |\n${table}\n`
}

/** Required ones carry a star. */
export function fields({ shape }: z.ZodObject): string {
  return Object.entries(shape)
    .map(([name, schema]) => `${code(name)}${isOptional(schema) ? '' : '\\*'}`)
    .join(' ')
}

function code(name: string): string {
  return `\`${name}\``
}

const introduction = `# Management API

Kinde’s management API at \`{issuer}/api/v1\`, for machine applications: ask \`/oauth2/token\` for a \`client_credentials\` token
with the audience \`{issuer}/api\` and send it as a bearer token. Users’ tokens are refused. Each operation needs one scope;
an answer of 403 names the one that is missing. The OpenAPI document is at \`/api/v1/openapi.json\`.

An application with \`organization\` in mintage.yaml acts on that organization and its members alone. Each operation says what such
a machine gets; anything else is 403 \`ORGANIZATION_BOUND\`. What holds is the organization of the application now: a token from
before the application was bound is bound as well, and a token of another organization is refused.

An answer is \`{"code":"OK","message":"Success",…}\`, an error \`{"errors":[{"code":"…","message":"…"}]}\`. \`GET /user\`,
\`POST /user\`, \`PATCH /user\` and \`GET /organization\` answer with the bare object. Lists take \`page_size\` (10 unless given, at
most 500) and \`next_token\`, and answer with the \`next_token\` of the next page, or null. Values that are not set are null.
Parameters that an operation does not know are ignored; fields of a body that it does not know are refused.

An application may send 6,000 requests in a minute to each server (\`settings.managementApi.requestsPerMinute\`); more are answered
with 429 \`TOO_MANY_REQUESTS\`, and \`RateLimit-Reset\` says in how many seconds to ask again. What workflows ask is not counted.

Operations on connected apps, directories and passkeys answer 501 \`NOT_OFFERED\`, any other operation of Kinde’s that Mintage does not
have 501 \`NOT_IMPLEMENTED\`, a path with a method that it does not have 405 with
\`Allow\`, and a path that neither knows 404.

What Mintage does not have, it does not pretend to have:

- **Payments.** Mintage stores which plan a customer has and what it used, and takes no money: it makes no invoices. Plans are
  [declared in mintage.yaml](mintage-yaml.md#billing). A user’s customer id is the user’s id, an organization’s is its code.
- **Second factors.** \`GET /users/{user_id}/mfa\` answers \`"mfa": null\`.

Parameters and fields of Kinde’s that would ask for such things are refused by name (\`NOT_SUPPORTED\`).

A password’s hash that is set by \`PUT /users/{user_id}/password\` is checked at each sign-in, so its cost is bounded:

${hashBoundsText.map((line) => `- ${line}`).join('\n')}
`

const errorsHeading = `## Errors

| code | status | what it means |
| --- | --- | --- |`
