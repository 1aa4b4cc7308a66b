// Writes roles in the two forms that other systems ask for: one string with spaces between, and Hasura's claims.
import {
  WorkflowTrigger,
  accessTokenCustomClaims,
  type WorkflowSettings,
  type onUserTokenGeneratedEvent,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'claimFormat',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {} },
}

// Hasura reads its claims below this name, and refuses a token whose default role is not among the allowed ones.
const hasuraNamespace = 'https://hasura.io/jwt/claims'
const roleOfEverybody = 'user'

interface AccessTokenClaims {
  roles?: { id: string; key: string; name: string }[] | string
  [hasuraNamespace]?: object
}

export default async function formatClaims(event: onUserTokenGeneratedEvent) {
  const accessToken = accessTokenCustomClaims<AccessTokenClaims>()

  // Roles are an opt-in claim of the application, and a user has roles only in an organization.
  const roles = Array.isArray(accessToken.roles) ? accessToken.roles.map((role) => role.key) : []

  accessToken.roles = roles.join(' ')
  accessToken[hasuraNamespace] = {
    'x-hasura-default-role': roleOfEverybody,
    'x-hasura-allowed-roles': [roleOfEverybody, ...roles],
    'x-hasura-user-id': event.context.user.id,
    'x-hasura-org-id': event.context.organization?.code ?? '',
  }
}
