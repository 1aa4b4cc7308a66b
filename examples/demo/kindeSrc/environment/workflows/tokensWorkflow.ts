// Runs once each time that a user gets tokens: after a sign-in or sign-up, when an existing session is found (single
// sign-on), and when tokens are refreshed. Both tokens come from this one run.
import {
  WorkflowTrigger,
  accessTokenCustomClaims,
  idTokenCustomClaims,
  type WorkflowSettings,
  type onUserTokenGeneratedEvent,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  // Unique in the project. Logs and errors name the workflow by it.
  id: 'demoTokens',
  name: 'Shape both tokens',
  trigger: WorkflowTrigger.UserTokenGeneration,
  // What happens when this file fails: "stop" issues no token, "continue" issues the default ones.
  failurePolicy: { action: 'stop' },
  // What the function below may touch. Without the first line, it has no access token to change.
  bindings: {
    'kinde.accessToken': {},
    'kinde.idToken': {},
  },
}

// The claims that this workflow reads. They are the default ones of a user: a claim may be missing, because an application
// switches it off or because the user belongs to no organization.
interface AccessTokenClaims {
  roles?: { id: string; key: string; name: string }[] | string
  feature_flags?: object
  sign_in?: { origin: string; connection?: string }
}

interface IdTokenClaims {
  given_name?: string
  greeting?: string
}

export default async function shapeTokens(event: onUserTokenGeneratedEvent) {
  // Each is a live object: what it holds when the function ends is what goes into the token.
  const accessToken = accessTokenCustomClaims<AccessTokenClaims>()
  const idToken = idTokenCustomClaims<IdTokenClaims>()
  const { auth, user } = event.context

  // Add: the event says how this request came about.
  accessToken.sign_in = { origin: auth.origin, connection: auth.connectionId }

  // Reshape: [{ id, key, name }, …] becomes "admin editor", for systems that read roles from one string.
  if (Array.isArray(accessToken.roles)) {
    accessToken.roles = accessToken.roles.map((role) => role.key).join(' ')
  }

  // Remove: the API behind this token does not read feature flags, and they would travel with each of its requests.
  delete accessToken.feature_flags

  // The ID token is for the application's own screens.
  const name = idToken.given_name ?? 'there'
  idToken.greeting = auth.isExistingSession ? `Good to see you again, ${name}` : `Hello ${name}`

  // Shown by `mintage run`. Never log a token or a secret.
  console.log(`shaped the tokens of ${user.id} (${auth.origin})`)
}
