// Which organization a sign-in is for (C§1: org_code, is_create_org). Settled once for each request; what needs the person's word
// becomes a page.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import { resolveOrganization } from '../directory/index.ts'
import type { DirectoryStore } from '../store/index.ts'
import { requestState } from './request/request-state.ts'
import { parseSessionFacts } from './request/sign-in-facts.ts'

export interface OrganizationDeps {
  readonly directory: DirectoryStore
}

export type OrganizationSettlement =
  | { readonly kind: 'settled'; readonly code: string | null }
  | {
      readonly kind: 'choose'
      readonly organizations: readonly { readonly code: string; readonly name: string }[]
    }
  | { readonly kind: 'create'; readonly suggestedName: string }
  | { readonly kind: 'not-a-member' }

/** What our organization pages give back to the engine. */
const organizationResult = z.looseObject({ organization: z.object({ code: z.string() }) })

export async function settleOrganization(
  ctx: KoaContextWithOIDC,
  { directory }: OrganizationDeps,
): Promise<OrganizationSettlement> {
  const state = requestState(ctx)
  if (state.organizationCode !== undefined) return { kind: 'settled', code: state.organizationCode }
  const settlement = await settle(ctx, directory)
  if (settlement.kind === 'settled') {
    state.organizationCode = settlement.code
    if (settlement.code !== null) remember(ctx, settlement.code)
  }
  return settlement
}

async function settle(ctx: KoaContextWithOIDC, directory: DirectoryStore): Promise<OrganizationSettlement> {
  const { params, result, session, client, prompts } = ctx.oidc
  const accountId = session?.accountId
  if (accountId === undefined || !client) return { kind: 'settled', code: null }
  const chosen = organizationResult.safeParse(result)
  const chosenCode = chosen.success ? chosen.data.organization.code : undefined
  if (params?.['is_create_org'] === 'true' && chosenCode === undefined) {
    return { kind: 'create', suggestedName: text(params['org_name']) ?? '' }
  }
  const sessionFacts = parseSessionFacts(requestState(ctx).facts.get('Session'))
  // A choice answers a request that names no organization; it never replaces the one that the application named.
  const namedCode = params?.['is_create_org'] === 'true' ? undefined : text(params?.['org_code'])
  const choice = resolveOrganization({
    memberships: await directory.organizationsOf(accountId),
    requestedCode: namedCode ?? chosenCode,
    // Nobody can be asked: the one of last time goes on.
    sessionCode: prompts.has('none') ? sessionFacts.organizations[client.clientId] : undefined,
  })
  switch (choice.kind) {
    case 'organization':
      return { kind: 'settled', code: choice.organization.code }
    case 'none':
      return { kind: 'settled', code: null }
    case 'not-a-member':
      return { kind: 'not-a-member' }
    case 'choose':
      return { kind: 'choose', organizations: choice.organizations.map(({ code, name }) => ({ code, name })) }
  }
}

/** With the session: it is written when the request ends. */
function remember(ctx: KoaContextWithOIDC, code: string): void {
  const { facts } = requestState(ctx)
  const clientId = ctx.oidc.client?.clientId ?? ''
  const known = parseSessionFacts(facts.get('Session'))
  facts.set('Session', { ...known, organizations: { ...known.organizations, [clientId]: code } })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
