// The small workflow: two claims for the access token, one for the ID token.
import {
  accessTokenCustomClaims,
  idTokenCustomClaims,
  type WorkflowSettings,
  WorkflowTrigger,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'small',
  name: 'Small',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {} },
}

/** What it reads of the event. */
interface Event {
  context: { user: { id: string }; auth: { origin: string } }
}

export default async function small(event: Event): Promise<void> {
  const accessToken = accessTokenCustomClaims<{ plan: string; region: string }>()
  accessToken.plan = 'enterprise'
  accessToken.region = `eu-${event.context.user.id.length}`
  const idToken = idTokenCustomClaims<{ greeting: string }>()
  idToken.greeting = `signed in by ${event.context.auth.origin}`
}
