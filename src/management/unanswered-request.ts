// A request that no operation answers: an operation of Kinde's that Mintage does not have, a method that a path does not have, or a path
// that neither has. Each has its own answer, so that a typo does not look like a missing operation.
import { kindePaths, notOffered } from './kinde-paths.ts'
import { pathPattern } from './operation-path.ts'
import { operations } from './operations.ts'
import { RequestError } from './request-error.ts'

export type Unanswered =
  | { readonly kind: 'refused'; readonly error: RequestError; readonly allow?: string }
  /** RFC 9110 §9.3.7: what the path can be asked. */
  | { readonly kind: 'options'; readonly allow: string }
  | { readonly kind: 'no-route' }

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: readonly string[]
}

const ours: readonly KnownPath[] = [
  ...operations.map(({ path, method }) => knownPath(path, [method])),
  knownPath('/openapi.json', ['get']),
]
const kindes: readonly KnownPath[] = kindePaths.map(({ path, methods }) => knownPath(path, methods))

/** `path` is below `/api/v1`. */
export function unanswered(method: string, path: string): Unanswered {
  const asked = method === 'HEAD' ? 'get' : method.toLowerCase()
  const [have, known] = [methodsOf(ours, path), methodsOf(kindes, path)]
  if (known.includes(asked) && !have.includes(asked)) {
    const name = `${asked.toUpperCase()} /api/v1${path}`.slice(0, 200)
    return { kind: 'refused', error: missing(name, path) }
  }
  const methods = have.length > 0 ? have : known
  if (methods.length === 0) return { kind: 'no-route' }
  const allow = allowed(methods)
  if (method === 'OPTIONS') return { kind: 'options', allow }
  const error = new RequestError('METHOD_NOT_ALLOWED', `This path has ${allow}.`)
  return { kind: 'refused', error, allow }
}

function missing(name: string, path: string): RequestError {
  const part = notOffered.find(({ segment }) => path.split('/').includes(segment))
  return part === undefined
    ? new RequestError('NOT_IMPLEMENTED', `${name} is an operation of Kinde that Mintage does not have.`)
    : new RequestError(
        'NOT_OFFERED',
        `${name} is an operation on ${part.what}, which Mintage does not offer.`,
      )
}

function knownPath(path: string, methods: readonly string[]): KnownPath {
  return { pattern: pathPattern(path), methods }
}

function methodsOf(paths: readonly KnownPath[], path: string): string[] {
  return paths.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)
}

function allowed(methods: readonly string[]): string {
  const names = methods.map((method) => method.toUpperCase())
  return [...new Set([...names, ...(methods.includes('get') ? ['HEAD'] : []), 'OPTIONS'])].join(', ')
}
