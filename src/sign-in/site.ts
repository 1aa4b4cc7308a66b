// What every page may say of its surroundings: the environment's name and languages, and the application that the browser came from. Kept by
// the exchange, because pages are shown from everywhere, the engine included.
import { languages, type Language } from '../pages/index.ts'
import { brandingsFor, type BrandedFor } from '../directory/index.ts'
import type { ApplicationRecord, BrandingRecord, Store } from '../store/index.ts'
import type { Exchange, Next } from './exchange.ts'

export interface Site {
  readonly name: string
  /** The first is for users who prefer none of them. */
  readonly languages: readonly Language[]
}

interface Surroundings {
  site: Site
  /** How pages for these look, the strongest first; none while the database is away. */
  brandings: (branded: BrandedFor) => Promise<readonly BrandingRecord[]>
  /** The application that the browser came from last; undefined where that is unknown, and for programs. */
  comesFrom: ApplicationRecord | undefined
}

const known = new WeakMap<object, Surroundings>()

export function surroundings(exchange: object): Surroundings {
  const found = known.get(exchange)
  if (found) return found
  const made: Surroundings = {
    site: { name: 'Mintage', languages },
    brandings: () => Promise.resolve([]),
    comesFrom: undefined,
  }
  known.set(exchange, made)
  return made
}

export function ofSite(site: Site, store: Pick<Store, 'branding'>) {
  // An error page is shown also while the database is away: in Mintage's own look.
  const brandings = (branded: BrandedFor) => brandingsFor(branded, { store }).catch(() => [])
  return async (exchange: Exchange, next: Next): Promise<void> => {
    Object.assign(surroundings(exchange), { site, brandings })
    await next()
  }
}
