// What this environment says of itself on every page that belongs to no application, and the languages that its pages are offered in.
import type { Language } from '../pages/index.ts'

export interface Site {
  readonly name: string
  /** The first is for whoever prefers none of them. */
  readonly languages: readonly Language[]
}
