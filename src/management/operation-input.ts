// Parses what a request brings, by the schemas of its operation. All that is wrong with it is said at once, with the place of
// each fault; nothing is repaired in silence.
import { z } from 'zod'
import type { OperationRequest } from './operation-request.ts'
import { parameterNames, type ParameterName } from './operation-path.ts'
import { RequestError } from './request-error.ts'

/** A body can be wrong in ten thousand places. */
const mostProblems = 10

/** Ids and codes are plain; a control character would not even reach the database. */
const isPlain = (value: string) => !/\p{Cc}/u.test(value)
const pathParameter = z.string().min(1).max(200).refine(isPlain, 'no control characters are allowed')

export function parsedPath<Path extends string>(
  path: Path,
  given: Readonly<Record<string, string>>,
): Readonly<Record<ParameterName<Path>, string>> {
  const schema = z.object(Object.fromEntries(parameterNames(path).map((name) => [name, pathParameter])))
  // The type says by the letters of the path what the schema was made from.
  return parsed('', schema, given) as Record<ParameterName<Path>, string>
}

/** An empty parameter counts as absent: clients that build their query from a form send them. */
export function parsedQuery<Query extends z.ZodObject>(
  schema: Query,
  given: OperationRequest['query'],
): z.output<Query> {
  const present = Object.entries(given).filter(([, value]) => value !== '')
  const marred = present.find(([, value]) => !textsOf(value).every(isPlain))
  if (marred !== undefined)
    throw new RequestError('INVALID_REQUEST', `${marred[0]}: no control characters are allowed`)
  return parsed('', schema, Object.fromEntries(present))
}

function textsOf(value: OperationRequest['query'][string]): readonly string[] {
  return typeof value === 'string' ? [value] : Object.entries(value).flat(2)
}

/** A body that names nothing is a mistake of its sender: it would make something empty, or change nothing. */
export function parsedBody<Body extends z.ZodObject>(
  schema: Body,
  given: unknown,
  form = 'a JSON object',
): z.output<Body> {
  const fields = Object.keys(schema.shape)
  if (given === undefined)
    throw new RequestError('INVALID_REQUEST', `body: send ${form} with ${fields.join(', ')}`)
  const body = parsed('body', schema, given)
  if (Object.keys(body).length === 0)
    throw new RequestError('INVALID_REQUEST', `body: name at least one of ${fields.join(', ')}`)
  return body
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
