// An operation of the management API is a declaration: schemas first, then what it does. From it come the route, the check of
// the scope, the parsing of what is sent, the OpenAPI document, the reference page and half of the tests; so an operation
// cannot exist without any of them.
import { z } from 'zod'
import type { ManagementDeps } from './management-deps.ts'
import type { ParameterName } from './operation-path.ts'
import type { OperationRequest } from './operation-request.ts'
import { parsedBody, parsedPath, parsedQuery, refuseUnsupported } from './operation-input.ts'

export type OperationMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** For an operation that looks at no parameter, and for one that takes no body. */
export const noQuery = z.object({})
export const noBody = z.object({})

interface OperationDeclaration<
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodObject,
> {
  readonly method: OperationMethod
  /** Below `/api/v1`. */
  readonly path: Path
  readonly operationId: string
  readonly summary: string
  readonly scope: string
  /** Parameters that are not in it are ignored, as at Kinde. */
  readonly query: Query
  /** Strict: a field that is not in it is refused (assurance AD-03). */
  readonly body: Body
  /** Parameters and fields of Kinde's that Mintage cannot honour: refused by name rather than ignored. */
  readonly notSupported?: readonly string[]
  readonly status?: 200 | 201
  readonly answer: Answer
  handle(
    this: void,
    input: {
      readonly path: Readonly<Record<ParameterName<Path>, string>>
      readonly query: z.output<Query>
      readonly body: z.output<Body>
    },
    deps: ManagementDeps,
  ): Promise<z.input<Answer>>
}

export interface Operation {
  readonly method: OperationMethod
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly scope: string
  readonly query: z.ZodObject
  readonly body: z.ZodObject | undefined
  readonly notSupported: readonly string[]
  readonly status: 200 | 201
  readonly answer: z.ZodObject
  /** Rejects with RequestError for what the caller can mend. */
  run(request: OperationRequest, deps: ManagementDeps): Promise<object>
}

export function operation<
  const Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodObject,
>(declaration: OperationDeclaration<Path, Query, Body, Answer>): Operation {
  const { query, body, notSupported = [], status = 200, handle, ...rest } = declaration
  return {
    ...rest,
    query,
    body: takesBody(body) ? body : undefined,
    notSupported,
    status,
    async run(request, deps) {
      refuseUnsupported(notSupported, request)
      const input = {
        path: parsedPath(declaration.path, request.path),
        query: parsedQuery(query, request.query),
        body: parsedBody(body, request.body),
      }
      return handle(input, deps)
    },
  }
}

function takesBody(body: z.ZodObject): boolean {
  return body !== noBody
}
