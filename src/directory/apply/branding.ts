// Branding of the file: each that it gives is as the file says, but for its logos, which the management API sets. One that it does not give
// stays as it is.
import { brandingOfFile } from '../../config/index.ts'
import type { BrandingOwner } from '../../branding/index.ts'
import { brandingOf } from '../branding.ts'
import { clientIdOf, type DeclaredOrganizations } from './applications.ts'
import { found, type PlanContext } from './plan-context.ts'
import { changedFields, type PlanStep } from './plan-step.ts'

export async function brandingSteps(
  { file, branding }: PlanContext,
  { byKey }: DeclaredOrganizations,
): Promise<PlanStep[]> {
  const owners: readonly (readonly [string, BrandingOwner, typeof file.settings.branding])[] = [
    ['environment', { kind: 'environment' }, file.settings.branding],
    ...Object.entries(file.applications).map(
      ([key, given]) =>
        [key, { kind: 'application', clientId: clientIdOf(key, given) }, given.branding] as const,
    ),
    ...Object.entries(file.organizations).map(
      ([key, given]) =>
        [key, { kind: 'organization', code: found(byKey.get(key), key).code }, given.branding] as const,
    ),
  ]
  const steps = owners.map(async ([name, owner, given]): Promise<PlanStep[]> => {
    if (given === undefined) return []
    const { branding: current, version } = await brandingOf(owner, { store: { branding } })
    const wanted = brandingOfFile(given)
    const fields = changedFields(current, wanted)
    if (fields.length === 0) return []
    const action = version === 0 ? 'add' : 'change'
    const put = { kind: 'put-branding', of: owner, branding: wanted, expectedVersion: version } as const
    return [{ action, what: 'branding', name, fields: action === 'add' ? [] : fields, changes: [put] }]
  })
  return (await Promise.all(steps)).flat()
}
