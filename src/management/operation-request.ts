// A request to an operation, before anything of it was judged.

/** What came over the wire; the body is parsed JSON, or undefined without a body. */
export interface OperationRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | DeepParameter>>
  readonly body: unknown
}

/** `name[key]=value`, or `name[key][]=value`, as often as wanted: OpenAPI's style `deepObject`. */
export type DeepParameter = Readonly<Record<string, readonly string[]>>
