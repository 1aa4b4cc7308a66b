// The same as ../../../../library, on the global `kinde` and without an import. The bare kinde.fetch gives the status too.
declare const kinde: {
  accessToken: { setCustomClaim(name: string, value: unknown): void }
  env: { get(key: string): { value: string; isSecret: boolean } | undefined }
  fetch(url: string, options?: object): Promise<{ ok: boolean; status: number; json: any }>
}

export const workflowSettings = {
  id: 'claimsFromCrmBare',
  trigger: 'user:tokens_generation',
  failurePolicy: { action: 'stop' },
  bindings: { 'kinde.accessToken': {}, 'kinde.env': {}, 'kinde.fetch': {} },
}

interface TokensEvent {
  context: { user: { id: string } }
}

const freePlan = { plan: 'free', seats: 1 }

export default async function addEntitlements(event: TokensEvent) {
  const crm = { url: setting('CRM_URL'), key: setting('CRM_KEY') }
  try {
    const entitlements = await entitlementsOf(event.context.user.id, crm)
    kinde.accessToken.setCustomClaim('entitlements', { ...entitlements, known: true })
  } catch (error) {
    console.warn(`The CRM gave no entitlements: ${error instanceof Error ? error.message : String(error)}`)
    kinde.accessToken.setCustomClaim('entitlements', { ...freePlan, known: false })
  }
}

async function entitlementsOf(userId: string, crm: { url: string; key: string }) {
  const response = await kinde.fetch(`${crm.url}/customers/${encodeURIComponent(userId)}/entitlements`, {
    method: 'GET',
    responseFormat: 'json',
    headers: { authorization: `Bearer ${crm.key}`, accept: 'application/json' },
  })
  if (!response.ok) throw new Error(`its answer has the status ${response.status}`)
  const { plan, seats } = response.json ?? {}
  if (typeof plan !== 'string' || typeof seats !== 'number')
    throw new Error('its answer has no plan and seats')
  return { plan, seats }
}

function setting(name: string): string {
  const value = kinde.env.get(name)?.value
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}
