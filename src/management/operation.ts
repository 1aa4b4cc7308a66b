// An operation of the management API is a declaration: schemas first, then what it does. From it come the route, the check of
// the scope, the parsing of what is sent, the OpenAPI document, the reference page and half of the tests; so an operation
// cannot exist without any of them.
import { z } from 'zod'
import type { OperationDeps } from '../directory/index.ts'
import { whileUnchanged } from '../store/index.ts'
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

/** Answered with 204: what was to be deleted was not there. */
export const noContent: unique symbol = Symbol('no content')

export type OperationMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** For an operation that looks at no parameter, and for one that takes no body. */
export const noQuery = z.object({})
export const noBody = z.object({})

interface OperationInput<Path extends string, Query extends z.ZodObject, Body extends z.ZodObject> {
  readonly path: Readonly<Record<ParameterName<Path>, string>>
  readonly query: z.output<Query>
  readonly body: z.output<Body>
}

/** What a handler works with. Its operations of the directory write who did what into the audit log. */
export type HandlerDeps = ManagementDeps & OperationDeps

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
  /** Null for a public operation, which takes no token. */
  readonly scope: string | null
  /** A body larger than usual, of a caller who has the scope. */
  readonly mostBodyBytes?: number
  /** The body is multipart/form-data, with a file (multipart.ts). */
  readonly isMultipart?: boolean
  /** What a machine of one organization gets. */
  readonly organizationBound: OrganizationBound<OperationInput<Path, Query, Body>>
  /** Parameters that are not in it are ignored, as at Kinde. */
  readonly query: Query
  /** Strict: a field that is not in it is refused (AD-03). */
  readonly body: Body
  /** Parameters and fields of Kinde's that Mintage cannot honour: refused by name rather than ignored. */
  readonly notSupported?: readonly string[]
  readonly status?: 200 | 201
  readonly answer: Answer
  /**
   * Reads, and changes by one operation of the directory, which makes one commit. It runs again when what it read changed before the
   * commit.
   */
  handle(
    this: void,
    input: OperationInput<Path, Query, Body>,
    deps: HandlerDeps,
    caller: Caller,
  ): Promise<z.input<Answer> | typeof noContent>
}

export interface Operation {
  readonly method: OperationMethod
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly scope: string | null
  readonly mostBodyBytes?: number
  readonly isMultipart: boolean
  /** In words, for documents. */
  readonly organizationBound: string
  readonly query: z.ZodObject
  readonly body: z.ZodObject | undefined
  readonly notSupported: readonly string[]
  readonly status: 200 | 201
  readonly answer: z.ZodObject
  /** Resolves to the answer. Rejects with RequestError for what the caller can fix. */
  run(request: OperationRequest, deps: ManagementDeps, caller: Caller): Promise<object | typeof noContent>
}

/** With the types of what a client sends and gets. */
export interface DeclaredOperation<
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodObject,
> extends Operation {
  readonly path: Path
  readonly query: Query
  readonly body: Body | undefined
  readonly answer: Answer
}

export function operation<
  const Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodObject,
>(
  declaration: OperationDeclaration<Path, Query, Body, Answer>,
): DeclaredOperation<Path, Query, Body, Answer> {
  const {
    query,
    body,
    isMultipart = false,
    notSupported = [],
    status = 200,
    handle,
    organizationBound,
    ...rest
  } = declaration
  return {
    ...rest,
    isMultipart,
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
        body: takesBody(body)
          ? parsedBody(body, request.body, isMultipart ? 'multipart/form-data' : undefined)
          : body.parse({}),
      }
      refuseOtherOrganization(organizationBound, input, caller)
      const event = `management.${declaration.operationId}` as const
      const by = { event, clientId: caller.clientId, ip: null }
      const handlerDeps = { ...deps, now: deps.nowMs, by }
      return whileUnchanged(() => handle(input, handlerDeps, caller))
    },
  }
}

function takesBody(body: z.ZodObject): boolean {
  return body !== noBody
}
