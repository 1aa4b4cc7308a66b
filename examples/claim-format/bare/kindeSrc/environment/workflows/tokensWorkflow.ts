// The same as ../../../../library, on the global `kinde` and without an import.
declare const kinde: {
  accessToken: {
    getCustomClaims(): { roles?: { key: string }[] | string }
    setCustomClaim(name: string, value: unknown): void
  }
}

export const workflowSettings = {
  id: 'claimFormatBare',
  trigger: 'user:tokens_generation',
  bindings: { 'kinde.accessToken': {} },
}

interface TokensEvent {
  context: { user: { id: string }; organization?: { code?: string } }
}

const hasuraNamespace = 'https://hasura.io/jwt/claims'
const roleOfEverybody = 'user'

export default async function formatClaims(event: TokensEvent) {
  const { roles: current } = kinde.accessToken.getCustomClaims()
  const roles = Array.isArray(current) ? current.map((role) => role.key) : []

  kinde.accessToken.setCustomClaim('roles', roles.join(' '))
  kinde.accessToken.setCustomClaim(hasuraNamespace, {
    'x-hasura-default-role': roleOfEverybody,
    'x-hasura-allowed-roles': [roleOfEverybody, ...roles],
    'x-hasura-user-id': event.context.user.id,
    'x-hasura-org-id': event.context.organization?.code ?? '',
  })
}
