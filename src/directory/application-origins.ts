// From which origins a browser may call as an application: one of its redirect URIs', or one that is listed for it. The same rule says
// whose pages may read an answer (AS-18), and where a link may lead back to.
import { matchesOne, originOf } from '../oauth/index.ts'
import type { ApplicationRecord } from '../store/index.ts'

export function isOriginOf(origin: string, application: ApplicationRecord): boolean {
  return matchesOne(origin, originsOf(application))
}

export function isOriginOfOne(origin: string, applications: readonly ApplicationRecord[]): boolean {
  return applications.some((application) => isOriginOf(origin, application))
}

/** As they are registered: one may hold a `*`. */
export function originsOf({ corsOrigins, redirectUris, type }: ApplicationRecord): string[] {
  const own = type === 'spa' ? redirectUris.flatMap((uri) => originOf(uri) ?? []) : []
  return [...new Set([...corsOrigins, ...own])]
}
