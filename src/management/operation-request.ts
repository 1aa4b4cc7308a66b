// A request to an operation, before anything of it was judged.

/** What came over the wire; the body is parsed JSON, or undefined without a body. */
export interface OperationRequest {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}
