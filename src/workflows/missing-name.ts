// Advice for a name that is not defined: a helper of @kinde/infrastructure without its import, a binding without `kinde.`,
// something of Node, or of the web.
import { nearest } from '../errors/index.ts'
import { webReplacement } from '../runtime/index.ts'
import { bindings } from './binding.ts'
import { nodeGlobalReplacement } from './node-replacement.ts'

/** What @kinde/infrastructure exports for workflows; its other exports are for pages. */
export const workflowHelpers = [
  'WorkflowTrigger',
  'accessTokenCustomClaims',
  'createKindeAPI',
  'denyAccess',
  'denyPlanCancellation',
  'denyPlanSelection',
  'getEnvironmentVariable',
  'getLocalization',
  'getM2MToken',
  'idTokenCustomClaims',
  'invalidateFormField',
  'm2mTokenClaims',
  'secureFetch',
  'setEnforcementPolicy',
] as const

/** The name out of the engine's `'x' is not defined`. */
export function undefinedName(message: string): string | undefined {
  return /^'?([\p{ID_Start}$_][\p{ID_Continue}$]{0,99})'? is not defined$/u.exec(message)?.[1]
}

/** An imperative sentence; undefined when nothing is known of the name. */
export function hintForMissingName(name: string): string | undefined {
  const helper = workflowHelpers.find((known) => known === name)
  if (helper !== undefined) return importLine(helper)
  const ofNode = nodeGlobalReplacement(name)
  if (ofNode !== undefined) return `The sandbox has no ${name} of Node. ${ofNode}`
  const ofWeb = webReplacement(name)
  if (ofWeb !== undefined) return `A workflow has no ${name}. ${ofWeb}`
  if (bindings.some(({ key }) => key === `kinde.${name}`)) return `Write kinde.${name}.`
  const near = nearest(name, workflowHelpers)
  return near === undefined ? undefined : `Did you mean ${near}? ${importLine(near)}`
}

function importLine(helper: string): string {
  return `Add at the top of the file: import { ${helper} } from '@kinde/infrastructure'`
}
