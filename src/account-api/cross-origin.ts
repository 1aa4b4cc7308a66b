// CORS on every answer, refusals and preflights included, so that a script can read why it was refused (C§9). With credentials, because
// Kinde's browser SDKs send them to every issuer but Kinde's own; the API looks at no cookie. A token names its application, and only
// the origins of that one may read its answers; where the application is not known yet, those of every application may (AS-18).
import { isOriginOf, isOriginOfOne } from '../directory/index.ts'
import { isStoreUnavailable } from '../errors/index.ts'
import type { ApplicationRecord, Store } from '../store/index.ts'

/** What a script may read beside the body. */
const exposedHeaders = 'WWW-Authenticate, Retry-After, RateLimit-Reset'
const preflightSeconds = '600'

/** What a request says of where it comes from. */
interface Asking {
  readonly method: string
  readonly origin: string | null
  /** `Access-Control-Request-Headers` of a preflight. */
  readonly headers?: string | null
}

/** `application`: of the token, where one is known. */
export async function corsHeaders(
  { method, origin, headers }: Asking,
  application: ApplicationRecord | undefined,
  { directory }: Pick<Store, 'directory'>,
): Promise<Readonly<Record<string, string>>> {
  const vary = { vary: 'Origin' }
  if (origin === null) return vary
  const isAllowed =
    application === undefined ? await isOfAnApplication(origin, directory) : isOriginOf(origin, application)
  if (!isAllowed) return vary
  const allowed = {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
  }
  if (method !== 'OPTIONS') return { ...allowed, 'access-control-expose-headers': exposedHeaders }
  return {
    ...allowed,
    'access-control-allow-methods': 'GET, HEAD',
    ...(headers && { 'access-control-allow-headers': headers }),
    'access-control-max-age': preflightSeconds,
  }
}

/** An answer that is there does not fail because the database went away: only the browser cannot read it. */
async function isOfAnApplication(origin: string, directory: Store['directory']): Promise<boolean> {
  try {
    return isOriginOfOne(origin, (await directory.catalog()).applications)
  } catch (error) {
    if (isStoreUnavailable(error)) return false
    throw error
  }
}
