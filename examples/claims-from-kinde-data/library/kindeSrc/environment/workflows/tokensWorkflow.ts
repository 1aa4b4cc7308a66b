// Puts what the management API knows of the user into the tokens: profile, properties, and roles in the organization.
import {
  WorkflowTrigger,
  accessTokenCustomClaims,
  createKindeAPI,
  idTokenCustomClaims,
  type WorkflowSettings,
  type onUserTokenGeneratedEvent,
} from '@kinde/infrastructure'

export const workflowSettings: WorkflowSettings = {
  id: 'claimsFromKindeData',
  trigger: WorkflowTrigger.UserTokenGeneration,
  // createKindeAPI reads the client's id and secret from the environment, hence "kinde.env".
  bindings: { 'kinde.accessToken': {}, 'kinde.idToken': {}, 'kinde.env': {}, 'kinde.fetch': {}, url: {} },
}

interface AccessTokenClaims {
  customer_id?: string
  plan?: string
  org_roles?: string[]
}

interface IdTokenClaims {
  sign_ins?: number
  organizations_of_user?: string[]
}

export default async function addKindeData(event: onUserTokenGeneratedEvent) {
  const accessToken = accessTokenCustomClaims<AccessTokenClaims>()
  const idToken = idTokenCustomClaims<IdTokenClaims>()

  // Its token is fetched once and kept until it expires, for all runs of all users.
  const kindeAPI = await createKindeAPI(event)
  const userId = event.context.user.id
  const orgCode = event.context.organization?.code

  // All three at once: the user waits for the slowest call, and not for the sum of them.
  const [user, properties, roles] = await Promise.all([
    kindeAPI.get({ endpoint: 'user', params: { id: userId, expand: 'organizations' } }),
    kindeAPI.get({ endpoint: `users/${userId}/properties` }),
    orgCode ? kindeAPI.get({ endpoint: `organizations/${orgCode}/users/${userId}/roles` }) : noRoles,
  ])
  for (const { data } of [user, properties, roles]) refuseErrors(data)

  accessToken.customer_id = user.data.provided_id
  accessToken.plan = properties.data.properties.find(
    (property: { key: string }) => property.key === 'plan',
  )?.value
  accessToken.org_roles = roles.data.roles.map((role: { key: string }) => role.key)

  idToken.sign_ins = user.data.total_sign_ins
  idToken.organizations_of_user = user.data.organizations
}

const noRoles = { data: { roles: [] } }

// The API's errors come as data. Unnoticed, they would become tokens without claims.
function refuseErrors(data: { errors?: unknown } | undefined) {
  if (data?.errors) throw new Error(`The management API refused: ${JSON.stringify(data.errors)}`)
}
