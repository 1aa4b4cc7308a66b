// One branding of several: the first that says a field wins, field by field.
import type { Branding } from './branding.ts'

/** The strongest first: organization, application, environment. */
export function resolvedBranding(inOrder: readonly Branding[]): Branding {
  const said = inOrder.toReversed().flatMap((branding) => Object.entries(branding))
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}
