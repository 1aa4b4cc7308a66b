// The heavy workflow: 500 permissions become actions by resource, 100 feature flags become plain values, and both
// originals go away.
import { accessTokenCustomClaims, type WorkflowSettings, WorkflowTrigger } from '@kinde/infrastructure'

interface Claims {
  permissions?: string[]
  feature_flags?: Record<string, { t: string; v: boolean | string | number }>
  can: Record<string, string>
  flags: { on: string[]; values: Record<string, string | number> }
}

export const workflowSettings: WorkflowSettings = {
  id: 'heavy',
  name: 'Heavy',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {} },
}

export default async function heavy(): Promise<void> {
  const claims = accessTokenCustomClaims<Claims>()
  const actions = new Map<string, Set<string>>()
  for (const permission of claims.permissions ?? []) {
    const [action = '', resource = ''] = permission.split(':')
    const known = actions.get(resource) ?? new Set<string>()
    known.add(action.slice(0, 1).toUpperCase())
    actions.set(resource, known)
  }
  const byName = [...actions].sort(([a], [b]) => (a < b ? -1 : 1))
  claims.can = Object.fromEntries(
    byName.map(([resource, letters]) => [resource, [...letters].sort().join('')]),
  )

  const on: string[] = []
  const values: Record<string, string | number> = {}
  for (const [key, { v }] of Object.entries(claims.feature_flags ?? {})) {
    if (v === true) on.push(key)
    else if (typeof v !== 'boolean') values[key] = v
  }
  claims.flags = { on: on.sort(), values }
  delete claims.permissions
  delete claims.feature_flags
}
