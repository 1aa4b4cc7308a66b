// The heavy workflow: 500 permissions get the format that another system expects, 100 feature flags become plain values.
import { accessTokenCustomClaims, type WorkflowSettings, WorkflowTrigger } from '@kinde/infrastructure'

type FlagValue = boolean | string | number

interface Claims {
  permissions: string[]
  feature_flags: Record<string, { t: string; v: FlagValue } | FlagValue>
}

export const workflowSettings: WorkflowSettings = {
  id: 'heavy',
  name: 'Heavy',
  trigger: WorkflowTrigger.UserTokenGeneration,
  bindings: { 'kinde.accessToken': {} },
}

export default async function heavy(): Promise<void> {
  const claims = accessTokenCustomClaims<Claims>()
  claims.permissions = claims.permissions.map((permission) => permission.replace(':', '.'))
  const values: Claims['feature_flags'] = {}
  for (const [key, flag] of Object.entries(claims.feature_flags)) {
    values[key] = typeof flag === 'object' ? flag.v : flag
  }
  claims.feature_flags = values
}
