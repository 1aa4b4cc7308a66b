// What a machine may do whose application belongs to one organization (docs/decisions/0024): act on that organization and its
// members, and read what is the same for all. Each operation declares it, so that a new one is refused or narrowed, never forgotten.
import type { Caller } from './management-deps.ts'
import { RequestError } from './request-error.ts'

export type OrganizationBound<Input> =
  /** It concerns the whole environment. */
  | 'refused'
  /** It tells of no person and no organization. */
  | 'same-for-all'
  /** The organization that a request names has to be the caller's. */
  | { readonly organization: (input: Input) => string }
  /** `handle` looks only at the caller's organization; this says in words what that is. */
  | { readonly narrowed: string }

/** Of an operation below `/organization/{org_code}` or `/organizations/{org_code}`. */
export const ofPath = {
  organization: ({ path }: { readonly path: { readonly org_code: string } }) => path.org_code,
}

/** Before anything of the request is looked at. Throws RequestError. */
export function refuseOrganizationBound<Input>(
  rule: OrganizationBound<Input>,
  { organizationCode }: Caller,
): void {
  if (rule === 'refused' && organizationCode !== null) throw refusal()
}

/** Before the organization is looked up, so that the answer does not tell whether it exists. Throws RequestError. */
export function refuseOtherOrganization<Input>(
  rule: OrganizationBound<Input>,
  input: Input,
  { organizationCode }: Caller,
): void {
  if (organizationCode === null || typeof rule === 'string' || !('organization' in rule)) return
  if (rule.organization(input) !== organizationCode) throw refusal()
}

export function organizationBoundText<Input>(rule: OrganizationBound<Input>): string {
  if (rule === 'refused') return 'refused'
  if (rule === 'same-for-all') return 'the same as for others'
  return 'narrowed' in rule ? rule.narrowed : 'its own organization'
}

function refusal(): RequestError {
  return new RequestError(
    'ORGANIZATION_BOUND',
    'This application belongs to one organization: it can act on that organization and its members alone.',
  )
}
