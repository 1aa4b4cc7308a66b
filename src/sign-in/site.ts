// What every page may say of its surroundings: the environment's name and languages, and the application that the browser came from. Kept by
// the exchange, because pages are shown from everywhere, the engine included.
import { languages, type Language } from '../pages/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import type { Exchange, Next } from './exchange.ts'

export interface Site {
  readonly name: string
  /** The first is for users who prefer none of them. */
  readonly languages: readonly Language[]
}

interface Surroundings {
  site: Site
  /** The application that the browser came from last; undefined where that is unknown, and for programs. */
  comesFrom: ApplicationRecord | undefined
}

const known = new WeakMap<object, Surroundings>()

export function surroundings(exchange: object): Surroundings {
  const found = known.get(exchange)
  if (found) return found
  const made = { site: { name: 'Mintage', languages }, comesFrom: undefined }
  known.set(exchange, made)
  return made
}

export function ofSite(site: Site) {
  return async (exchange: Exchange, next: Next): Promise<void> => {
    surroundings(exchange).site = site
    await next()
  }
}
