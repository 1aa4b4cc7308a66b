// Parses what a request brings, by the schemas of its operation. All that is wrong with it is said at once, with the place of
// each fault; nothing is repaired in silence.
import { z } from 'zod'
import type { OperationRequest, ParameterName } from './operation.ts'
import { RequestError } from './request-error.ts'

/** A body can be wrong in ten thousand places. */
const mostProblems = 10

const pathParameter = z.string().min(1).max(200)

export function parsedPath<Path extends string>(
  path: Path,
  given: Readonly<Record<string, string>>,
): Readonly<Record<ParameterName<Path>, string>> {
  const schema = z.record(z.string(), pathParameter)
  // The router matched `path`, so its parameters are there.
  return parsed('', schema, given) as Record<ParameterName<Path>, string>
}

/** An empty parameter counts as absent: clients that build their query from a form send them. */
export function parsedQuery<Query extends z.ZodObject>(
  schema: Query,
  given: Readonly<Record<string, string>>,
): z.output<Query> {
  return parsed('', schema, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')))
}

export function parsedBody<Body extends z.ZodObject>(schema: Body, given: unknown): z.output<Body> {
  return parsed('body', schema, given ?? {})
}

/** Before anything else is looked at, so that the answer does not depend on what else is wrong. */
export function refuseUnsupported(names: readonly string[], { query, body }: OperationRequest): void {
  const inBody = typeof body === 'object' && body !== null ? body : {}
  const found = names.filter((name) => Object.hasOwn(inBody, name) || (query[name] ?? '') !== '')
  if (found.length === 0) return
  throw new RequestError(
    'NOT_SUPPORTED',
    found.map((name) => `"${name}" is not supported by Mintage.`),
  )
}

function parsed<Schema extends z.ZodType>(place: string, schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const messages = result.error.issues
    .slice(0, mostProblems)
    .map(({ path, message }) => `${placeText([...(place === '' ? [] : [place]), ...path])}${message}`)
  throw new RequestError('INVALID_REQUEST', messages)
}

function placeText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `
}
