// The sentence under the heading of a page that a person with an invitation signs in or up on.
import type { Copy } from './copy.ts'
import { withName, type Html } from './html.ts'

export function invitedLead(
  { invitedTo }: { readonly invitedTo?: string },
  { invitation }: Copy,
): Html | undefined {
  return invitedTo === undefined ? undefined : withName(invitation.lead, invitedTo)
}
