// What may be sent of an application: the rules of mintage.yaml (config/schema/applications.ts), without its placeholders.
import { z } from 'zod'
import { redirectUriProblem, webAddressProblem } from '../../oauth/index.ts'
import type { ApplicationRecord, ApplicationType } from '../../store/index.ts'
import type { ManagementDeps } from '../management-deps.ts'
import { RequestError } from '../request-error.ts'

export const applicationName = z.string().trim().min(1).max(200)

const longestAddress = 2_000
/** Every authorization request compares with each of them. */
const mostAddresses = 500

function address(problemOf: (uri: string) => string | undefined) {
  return z
    .string()
    .max(longestAddress)
    .superRefine((uri, context) => {
      const problem = problemOf(uri)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: `the URI ${problem}` })
    })
}

/** Where a sign-in or a sign-out may return to. */
export const returnAddresses = z.array(address(redirectUriProblem)).max(mostAddresses)

/** An address of the application's own site. Null takes it away. */
export const pageAddress = address(webAddressProblem).nullable()

/** Sign-ins are for people, who have a browser in front of them. */
export function refuseRedirectUris({ type }: { readonly type: ApplicationType }): void {
  if (type === 'reg' || type === 'spa') return
  throw new RequestError(
    'INVALID_REQUEST',
    `An application of type ${type} makes no authorization requests: it has no redirect URIs.`,
  )
}

/** What the protocol engine would not take is refused when it is saved, not at the next sign-in. Throws RequestError. */
export async function assertUsable(
  application: ApplicationRecord,
  { refusedParts }: Pick<ManagementDeps, 'refusedParts'>,
): Promise<void> {
  const refused = await refusedParts(application)
  if (refused.length === 0) return
  throw new RequestError(
    'INVALID_REQUEST',
    refused.map(({ field, reason }) => (field === undefined ? reason : `${field}: ${reason}`)),
  )
}

/** No address twice, in the order given. More than fit are refused: a list that is added to grows. */
export function distinct(uris: readonly string[]): string[] {
  const once = [...new Set(uris)]
  if (once.length > mostAddresses)
    throw new RequestError('INVALID_REQUEST', `An application has at most ${mostAddresses} such addresses.`)
  return once
}
