// An operation of the account API is a declaration, like one of the management API: from it come the route, the parsing of what is sent,
// the OpenAPI document and the reference page. The token says whose account it is about.
import type { z } from 'zod'
import { parsedPath, parsedQuery, type OperationRequest, type ParameterName } from '../management/index.ts'
import type { AccountApiDeps, AccountCaller } from './account-caller.ts'

interface Declaration<Path extends string, Query extends z.ZodObject, Answer extends z.ZodObject> {
  /** Below `/account_api/v1`. */
  readonly path: Path
  readonly operationId: string
  readonly summary: string
  /** Parameters that are not in it are ignored, as at Kinde. */
  readonly query: Query
  readonly answer: Answer
  handle(
    this: void,
    input: {
      readonly path: Readonly<Record<ParameterName<Path>, string>>
      readonly query: z.output<Query>
    },
    caller: AccountCaller,
    deps: AccountApiDeps,
  ): Promise<z.input<Answer>> | z.input<Answer>
}

/** What came over the wire. */
export interface AccountRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: OperationRequest['query']
}

export interface AccountOperation {
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly query: z.ZodObject
  readonly answer: z.ZodObject
  /** Rejects with RequestError for what the caller can fix. */
  run(request: AccountRequest, caller: AccountCaller, deps: AccountApiDeps): Promise<object>
}

export function accountOperation<
  const Path extends string,
  Query extends z.ZodObject,
  Answer extends z.ZodObject,
>({ handle, ...declaration }: Declaration<Path, Query, Answer>): AccountOperation {
  return {
    ...declaration,
    async run({ path, query }, caller, deps) {
      const input = {
        path: parsedPath(declaration.path, path),
        query: parsedQuery(declaration.query, query),
      }
      return handle(input, caller, deps)
    },
  }
}
