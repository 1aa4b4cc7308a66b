// Which organization a sign-in is for (C§1: org_code, is_create_org). Settled once for each request. What only the user can answer becomes a
// page.
import { lastUsedFirst, resolveOrganization, type RecentFirst } from '../../../directory/index.ts'
import type { OrganizationRecord, OrganizationSessions } from '../../../store/index.ts'
import type { RequestFacts, StepChecks } from '../../step.ts'

export interface OrganizationToChoose {
  readonly code: string
  readonly name: string
  /** The user signed in to it last time. */
  readonly isLastUsed: boolean
}

export type OrganizationSettlement =
  | {
      readonly kind: 'settled'
      readonly code: string | null
      readonly sessions?: OrganizationSessions | undefined
    }
  | {
      readonly kind: 'choose'
      /** The last used one first. */
      readonly organizations: readonly OrganizationToChoose[]
    }
  | { readonly kind: 'create'; readonly suggestedName: string }
  | { readonly kind: 'not-a-member' }
  | { readonly kind: 'suspended' }

type OrganizationChecks = Pick<StepChecks, 'directory' | 'findInvitation' | 'isLastOrganizationUsed' | 'join'>

export async function settleOrganization(
  request: RequestFacts,
  checks: OrganizationChecks,
): Promise<OrganizationSettlement> {
  if (request.organization !== undefined) return { kind: 'settled', code: request.organization }
  const settlement = await settle(request, checks)
  if (settlement.kind === 'settled') request.settleOrganization(settlement.code, settlement.sessions)
  return settlement
}

async function settle(
  { session, chosenOrganization, lastOrganization, isSilent, param }: RequestFacts,
  { directory, join, findInvitation, isLastOrganizationUsed }: OrganizationChecks,
): Promise<OrganizationSettlement> {
  if (!session) return { kind: 'settled', code: null }
  const invitation = param('invitation_code')
  const invited = invitation === undefined ? undefined : await findInvitation(invitation, session.accountId)
  const invitedTo = invited?.kind === 'accepted' ? invited.organizationCode : undefined
  const isCreation = param('is_create_org') === 'true' && invitedTo === undefined
  if (isCreation && chosenOrganization === undefined)
    return { kind: 'create', suggestedName: param('org_name') ?? '' }
  const choice = resolveOrganization({
    memberships: await directory.organizationsOf(session.accountId),
    // A choice answers a request that names no organization. It never replaces the one that the application named.
    requestedCode: invitedTo ?? (isCreation ? undefined : param('org_code')) ?? chosenOrganization,
    // A silent request cannot ask, so it goes on with the last one.
    sessionCode: isSilent ? lastOrganization : undefined,
  })
  switch (choice.kind) {
    case 'organization':
      return settledWith(choice.organization)
    case 'none':
      return { kind: 'settled', code: null }
    case 'not-a-member': {
      const asked = isSilent ? undefined : param('org_code')
      const joined = asked === undefined ? undefined : await join(asked, session.accountId)
      return joined === undefined ? choice : settledWith(joined)
    }
    case 'suspended':
      return choice
    case 'choose': {
      const recent = await lastUsedFirst(session.accountId, choice.organizations, directory)
      const { last } = recent
      if (isLastOrganizationUsed && last !== undefined) return settledWith(last)
      return { kind: 'choose', organizations: organizationsToChoose(recent) }
    }
  }
}

export function organizationsToChoose({ organizations, last }: RecentFirst): readonly OrganizationToChoose[] {
  return organizations.map(({ code, name }) => ({ code, name, isLastUsed: code === last?.code }))
}

function settledWith({ code, settings }: OrganizationRecord): OrganizationSettlement {
  return { kind: 'settled', code, sessions: settings.sessions }
}
