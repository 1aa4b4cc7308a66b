// Organizations, their invitations, and the branding of all: line by line, each beside the other, so that organizations are read once.
import { imageExtension, type BrandingOwner } from '../../branding/index.ts'
import { brandingFileKey } from '../../config/index.ts'
import type { Catalog, OrganizationRecord, Store } from '../../store/index.ts'
import { invitationSchema, type BrandingLine, type OwnOrganization } from '../own-records.ts'
import { dataFiles } from './export-format.ts'
import type { ExportFolder, LinesOfExport } from './export-folder.ts'
import type { Given } from './given-file.ts'
import type { OrganizationInFull } from './organization-entry.ts'
import { pagesOf, pageSize } from './pages.ts'
import { flagList } from './user-line.ts'

export interface WrittenOrganizations {
  /** Those that mintage.yaml holds. */
  readonly kept: readonly OrganizationInFull[]
  readonly counts: Readonly<Record<string, number>>
  /** As mintage.yaml says it, with the pictures. */
  readonly brandingOf: (owner: BrandingOwner) => object | undefined
}

interface OrganizationsOptions {
  readonly store: Store
  readonly catalog: Catalog
  readonly given: Given
  readonly folder: ExportFolder
  readonly withSecrets: boolean
}

/** mintage.yaml is applied at each start, organization by organization. */
const mostOrganizationsInYaml = 1_000

export function writeOrganizations(options: OrganizationsOptions): Promise<WrittenOrganizations> {
  return new OrganizationFiles(options).run()
}

class OrganizationFiles {
  readonly #options: OrganizationsOptions
  readonly #brandings = new Map<string, object>()

  constructor(options: OrganizationsOptions) {
    this.#options = options
  }

  async run(): Promise<WrittenOrganizations> {
    const { store, catalog, given, folder } = this.#options
    const needed = new Set(catalog.applications.flatMap(({ organizationCode }) => organizationCode ?? []))
    for (const key of given.keys('organizations')) {
      const code = given.entry('organizations', key)?.['code']
      if (typeof code === 'string') needed.add(code)
    }
    const lines = await folder.lines(dataFiles.organizations)
    const invitations = await folder.lines(dataFiles.invitations)
    const brandings = await folder.lines(dataFiles.brandings)
    const ofEnvironment: readonly BrandingOwner[] = [
      { kind: 'environment' },
      ...catalog.applications.map(({ clientId }) => ({ kind: 'application', clientId }) as const),
    ]
    for (const owner of ofEnvironment) await this.#writeBranding(owner, brandings)
    let kept: OrganizationInFull[] = []
    let count = 0
    for await (const page of pagesOf((cursor) => store.directory.organizations(cursor))) {
      const inFull: OrganizationInFull[] = []
      for (const organization of page) {
        const owner = { context: 'org', id: organization.code } as const
        const properties = await store.directory.propertyValues(owner)
        const featureFlags = await store.directory.flagOverrides(owner)
        inFull.push({ organization, properties, featureFlags })
        await this.#writeInvitations(organization, invitations)
        await this.#writeBranding({ kind: 'organization', code: organization.code }, brandings)
      }
      count += page.length
      await lines.add(inFull.map((one) => organizationLine(one, catalog)))
      kept = [...kept, ...inFull]
      if (count > mostOrganizationsInYaml) kept = kept.filter((one) => needed.has(one.organization.code))
    }
    const counts = {
      organizations: await lines.close(),
      invitations: await invitations.close(),
      brandings: await brandings.close(),
    }
    return { kept, counts, brandingOf: (owner) => this.#brandings.get(JSON.stringify(owner)) }
  }

  async #writeInvitations({ code }: OrganizationRecord, lines: LinesOfExport): Promise<void> {
    const { store, withSecrets } = this.#options
    const filter = { order: 'created_on_asc', withAccepted: true, withRevoked: true, nowMs: 0 } as const
    let after: readonly [number, string] | undefined
    for (;;) {
      const page = await store.invitations.list(code, filter, { limit: pageSize, after })
      const last = page.at(-1)
      await lines.add(
        page.map((invitation) => {
          const { code, ...shown } = invitationSchema.parse(invitation)
          return withSecrets ? { ...shown, code } : shown
        }),
      )
      if (last === undefined || page.length < pageSize) return
      after = [last.createdAtMs, last.id]
    }
  }

  async #writeBranding(owner: BrandingOwner, lines: LinesOfExport): Promise<void> {
    const { store, folder } = this.#options
    const [record] = await store.branding.brandings([owner])
    if (record === undefined || (record.files.length === 0 && Object.keys(record.branding).length === 0))
      return
    const files: BrandingLine['files'] = []
    for (const { kind } of record.files) {
      const stored = await store.branding.file(owner, kind)
      if (stored === undefined) continue
      const file = `branding/${stored.hash}.${imageExtension(stored.contentType)}`
      if (!folder.has(file)) await folder.write(file, stored.bytes)
      files.push({ kind, file })
    }
    // Branding is a flat document of JSON values.
    const branding = record.branding as BrandingLine['branding']
    const line: BrandingLine = { owner, branding, files }
    await lines.add([line])
    const pictures = files.map(({ kind, file }) => [brandingFileKey(kind), file])
    this.#brandings.set(JSON.stringify(owner), { ...record.branding, ...Object.fromEntries(pictures) })
  }
}

function organizationLine({ organization, properties, featureFlags }: OrganizationInFull, catalog: Catalog) {
  const mintage: OwnOrganization = {
    isDefault: organization.isDefault,
    settings: organization.settings as OwnOrganization['settings'], // a document of JSON values
  }
  return {
    name: organization.name,
    organization_code: organization.code,
    external_id: organization.externalId ?? undefined,
    handle: organization.handle ?? undefined,
    created_on: new Date(organization.createdAtMs).toISOString(),
    is_auto_membership_enabled: organization.isAutoMembershipEnabled,
    properties: Object.entries(properties).map(([key, value]) => ({ key, value })),
    feature_flags: flagList(featureFlags, catalog.featureFlags),
    mintage,
  }
}
