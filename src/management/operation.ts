// An operation of the management API is a declaration: schemas first, then what it does. From it come the route, the check of
// the scope, the parsing of what is sent, the OpenAPI document, the reference page and half of the tests; so an operation
// cannot exist without any of them.
import { z } from 'zod'
import type { Caller, ManagementDeps } from './management-deps.ts'
import type { ParameterName } from './operation-path.ts'
import type { OperationRequest } from './operation-request.ts'
import { parsedBody, parsedPath, parsedQuery, refuseUnsupported } from './operation-input.ts'
import {
  organizationBoundText,
  refuseOrganizationBound,
  refuseOtherOrganization,
  type OrganizationBound,
} from './organization-bound.ts'

export type OperationMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** For an operation that looks at no parameter, and for one that takes no body. */
export const noQuery = z.object({})
export const noBody = z.object({})

interface OperationInput<Path extends string, Query extends z.ZodObject, Body extends z.ZodObject> {
  readonly path: Readonly<Record<ParameterName<Path>, string>>
  readonly query: z.output<Query>
  readonly body: z.output<Body>
}

/** One record of the audit log. */
export interface Concerned {
  readonly userId: string | null
  /** What was done to that user, where an operation can do several things. */
  readonly change?: string
}

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
  /** What a machine of one organization gets. */
  readonly organizationBound: OrganizationBound<OperationInput<Path, Query, Body>>
  /** Parameters that are not in it are ignored, as at Kinde. */
  readonly query: Query
  /** Strict: a field that is not in it is refused (assurance AD-03). */
  readonly body: Body
  /** Parameters and fields of Kinde's that Mintage cannot honour: refused by name rather than ignored. */
  readonly notSupported?: readonly string[]
  readonly status?: 200 | 201
  readonly answer: Answer
  /** Whom a change is about, for the audit log; when not given, the user of the path or of the query's `id`. */
  readonly concerned?: (
    input: OperationInput<Path, Query, Body>,
    answer: z.input<Answer>,
  ) => readonly Concerned[]
  handle(
    this: void,
    input: OperationInput<Path, Query, Body>,
    deps: ManagementDeps,
    caller: Caller,
  ): Promise<z.input<Answer>>
}

export interface OperationDone {
  readonly answer: object
  readonly concerned: readonly Concerned[]
}

export interface Operation {
  readonly method: OperationMethod
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly scope: string
  /** In words, for documents. */
  readonly organizationBound: string
  readonly query: z.ZodObject
  readonly body: z.ZodObject | undefined
  readonly notSupported: readonly string[]
  readonly status: 200 | 201
  readonly answer: z.ZodObject
  /** Rejects with RequestError for what the caller can fix. */
  run(request: OperationRequest, deps: ManagementDeps, caller: Caller): Promise<OperationDone>
}

export function operation<
  const Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodObject,
>(declaration: OperationDeclaration<Path, Query, Body, Answer>): Operation {
  const {
    query,
    body,
    notSupported = [],
    status = 200,
    handle,
    organizationBound,
    concerned,
    ...rest
  } = declaration
  return {
    ...rest,
    organizationBound: organizationBoundText(organizationBound),
    query,
    body: takesBody(body) ? body : undefined,
    notSupported,
    status,
    async run(request, deps, caller) {
      refuseOrganizationBound(organizationBound, caller)
      refuseUnsupported(notSupported, request)
      const input = {
        path: parsedPath(declaration.path, request.path),
        query: parsedQuery(query, request.query),
        body: takesBody(body) ? parsedBody(body, request.body) : body.parse({}),
      }
      refuseOtherOrganization(organizationBound, input, caller)
      const answer = await handle(input, deps, caller)
      return { answer, concerned: concerned?.(input, answer) ?? [{ userId: userOf(request) }] }
    },
  }
}

function userOf({ path, query }: OperationRequest): string | null {
  return path['user_id'] ?? query['id'] ?? null
}

function takesBody(body: z.ZodObject): boolean {
  return body !== noBody
}
