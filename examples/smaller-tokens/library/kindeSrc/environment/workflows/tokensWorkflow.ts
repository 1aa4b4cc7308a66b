// Takes the two claims out of the access token that grow with the product, because a token travels with every request.
import { WorkflowTrigger, accessTokenCustomClaims, type WorkflowSettings } from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'smallerTokens',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {} },
}

interface AccessTokenClaims {
  permissions?: string[]
  feature_flags?: object
}

export default async function shrinkTokens() {
  const accessToken = accessTokenCustomClaims<AccessTokenClaims>()

  // Emptied: code that loops over permissions goes on working, and finds none. Kinde documents this form, so use it for
  // everything in a file that must also run there.
  accessToken.permissions = []

  // Removed: not a byte of it is left. For claims that nothing reads from the token.
  delete accessToken.feature_flags
}
