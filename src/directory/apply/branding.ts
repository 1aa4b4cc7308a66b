// Branding of the file: each that it gives is as the file says, and so are the pictures that it names; those of the management API stay. A
// branding that it does not give stays as it is.
import { brandingOfFile, picturesOfFile, type GivenBranding } from '../../config/index.ts'
import type { BrandingOwner } from '../../branding/index.ts'
import type { BrandingRecord, Change } from '../../store/index.ts'
import { brandingFile } from '../branding-files.ts'
import { brandingOf } from '../branding.ts'
import { clientIdOf, type DeclaredOrganizations } from './applications.ts'
import { found, type PlanContext } from './plan-context.ts'
import { changedFields, type PlanStep } from './plan-step.ts'

export async function brandingSteps(
  { file, branding, images }: PlanContext,
  { byKey }: DeclaredOrganizations,
): Promise<PlanStep[]> {
  const owners: readonly (readonly [string, BrandingOwner, GivenBranding | undefined])[] = [
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
    const current = await brandingOf(owner, { store: { branding } })
    const { version } = current
    const wanted = brandingOfFile(given)
    const fields = changedFields(current.branding, wanted)
    const pictures = pictureChanges(given, current, images)
    const put = { kind: 'put-branding', of: owner, branding: wanted, expectedVersion: version } as const
    const changes = [...(fields.length === 0 ? [] : [put]), ...pictures.map(({ change }) => change)]
    if (changes.length === 0) return []
    const isNew = version === 0 && current.files.length === 0
    if (isNew) return [{ action: 'add', what: 'branding', name, fields: [], changes }]
    const changed = [...fields, ...pictures.map(({ key }) => key)]
    return [{ action: 'change', what: 'branding', name, fields: changed, changes }]
  })
  return (await Promise.all(steps)).flat()
}

function pictureChanges(
  given: GivenBranding,
  { owner, files }: BrandingRecord,
  images: PlanContext['images'],
): { readonly key: string; readonly change: Change }[] {
  return picturesOfFile(given).flatMap(({ key, kind, path }): { key: string; change: Change }[] => {
    const stored = files.find((file) => file.kind === kind)
    if (path === null)
      return stored ? [{ key, change: { kind: 'delete-branding-file', of: owner, file: kind } }] : []
    const judged = brandingFile(kind, found(images.get(path), path))
    if ('problem' in judged) throw new Error(`${path}: ${judged.problem}`)
    const { file } = judged
    return stored?.hash === file.hash ? [] : [{ key, change: { kind: 'put-branding-file', of: owner, file } }]
  })
}
