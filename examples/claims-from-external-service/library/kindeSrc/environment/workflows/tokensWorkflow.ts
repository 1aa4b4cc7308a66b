// Asks a CRM what the customer has bought and puts the answer into the access token.
import {
  WorkflowTrigger,
  accessTokenCustomClaims,
  fetch,
  getEnvironmentVariable,
  type WorkflowSettings,
  type onUserTokenGeneratedEvent,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'claimsFromCrm',
  trigger: WorkflowTrigger.UserTokenGeneration,
  failurePolicy: { action: 'stop' },
  bindings: { 'kinde.accessToken': {}, 'kinde.env': {}, 'kinde.fetch': {} },
}

interface Entitlements {
  plan: string
  seats: number
}

interface AccessTokenClaims {
  entitlements?: Entitlements & { known: boolean }
}

// Used when the CRM does not answer: its outage locks no user out and grants no paid feature.
const freePlan: Entitlements = { plan: 'free', seats: 1 }

export default async function addEntitlements(event: onUserTokenGeneratedEvent) {
  const accessToken = accessTokenCustomClaims<AccessTokenClaims>()

  // A missing setting is our own mistake and not an outage, so it is not caught below: the run fails and says so.
  const crm = { url: setting('CRM_URL'), key: setting('CRM_KEY') }

  try {
    const entitlements = await entitlementsOf(event.context.user.id, crm)
    accessToken.entitlements = { ...entitlements, known: true }
  } catch (error) {
    console.warn(`The CRM gave no entitlements: ${error instanceof Error ? error.message : String(error)}`)
    accessToken.entitlements = { ...freePlan, known: false }
  }
}

async function entitlementsOf(userId: string, crm: { url: string; key: string }): Promise<Entitlements> {
  const { data } = await fetch(`${crm.url}/customers/${encodeURIComponent(userId)}/entitlements`, {
    method: 'GET',
    headers: { authorization: `Bearer ${crm.key}`, accept: 'application/json' },
  })
  // An answer of 404 or 500 is an answer, and no exception. So look at what came before it goes into a token.
  if (typeof data?.plan !== 'string' || typeof data?.seats !== 'number') {
    throw new Error('its answer has no plan and seats')
  }
  return { plan: data.plan, seats: data.seats }
}

function setting(name: string): string {
  const value = getEnvironmentVariable(name)?.value
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}
