// The path of an operation, with its parameters in braces as OpenAPI writes them.

/** `user_id` of `/users/{user_id}/properties`. */
export type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterName<Rest>
  : never

export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name)
}

/** Of the paths that the template stands for. */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^{}]+\}/g, '[^/]+')}$`)
}

/** As Hono writes it: `/users/:user_id/properties`. */
export function routePath(path: string): string {
  return path.replaceAll(/\{([^{}]+)\}/g, ':$1')
}
