// How pages and mails look: reads and sets the branding of the environment, an application or an organization.
import {
  contrastProblems,
  type Branding,
  type BrandingField,
  type BrandingOwner,
  type ContrastProblem,
} from '../branding/index.ts'
import type { BrandingRecord, Change, Store } from '../store/index.ts'
import { audited, beforeAndAfter, type OperationDeps } from './operation.ts'

/** Null takes a field away; a field that is not given stays. */
export type BrandingUpdate = { readonly [Field in BrandingField]?: Branding[Field] | null }

export type WithBranding = { readonly store: Pick<Store, 'branding'> }

const environment: BrandingOwner = { kind: 'environment' }

/** What the owner says itself. Everything is unset for an owner that does not exist. */
export async function brandingOf(owner: BrandingOwner, { store }: WithBranding): Promise<BrandingRecord> {
  const [record] = await store.branding.brandings([owner])
  return record ?? { owner, version: 0, branding: {}, files: [] }
}

/** How a branding would change. */
export interface BrandingPlan {
  /** Colours that could not be read: nothing may be committed while there are any. */
  readonly problems: readonly ContrastProblem[]
  /** For the commit of the caller; none when nothing changes. */
  readonly changes: readonly Change[]
  /** For the audit record of that commit. */
  readonly before: BrandingUpdate
  readonly after: BrandingUpdate
}

/**
 * For an operation that changes more than the branding, in one commit: a new organization with its colours. Runs inside whileUnchanged()
 * with that commit.
 */
export async function planBranding(
  owner: BrandingOwner,
  given: BrandingUpdate,
  { store }: WithBranding,
): Promise<BrandingPlan> {
  const [own, beneath] = await store.branding.brandings([owner, environment])
  if (own === undefined) throw new Error('a branding was asked for and not read')
  const differing = entriesOf(given).filter(
    ([field, value]) => value !== undefined && value !== (own.branding[field] ?? null),
  )
  const fields = new Map<string, unknown>(Object.entries(own.branding))
  for (const [field, value] of differing) {
    if (value === null) fields.delete(field)
    else fields.set(field, value)
  }
  const branding: Branding = Object.fromEntries(fields)
  return {
    problems: contrastProblems(branding, owner.kind === 'environment' ? {} : beneath?.branding),
    changes:
      differing.length === 0
        ? []
        : [{ kind: 'put-branding', of: owner, branding, expectedVersion: own.version }],
    before: Object.fromEntries(differing.map(([field]) => [field, own.branding[field] ?? null])),
    after: Object.fromEntries(differing),
  }
}

/** Resolves to what is wrong with the colours; then nothing was changed. */
export async function setBranding(
  owner: BrandingOwner,
  given: BrandingUpdate,
  deps: OperationDeps & WithBranding,
): Promise<readonly ContrastProblem[]> {
  const { problems, changes, before, after } = await planBranding(owner, given, deps)
  if (problems.length > 0) return problems
  await deps.store.commit([
    ...changes,
    audited(deps, null, { ...namedIn(owner), ...beforeAndAfter(before, after) }),
  ])
  return []
}

/** As it is named in the audit log. */
export function namedIn(owner: BrandingOwner): Readonly<Record<string, string>> {
  if (owner.kind === 'environment') return {}
  return owner.kind === 'application' ? { application_id: owner.clientId } : { org_code: owner.code }
}

export interface BrandedFor {
  readonly clientId?: string | undefined
  readonly organizationCode?: string | undefined
}

/** Of a page or a mail, the strongest first: the organization, the application, the environment. */
export async function brandingsFor(
  { clientId, organizationCode }: BrandedFor,
  { store }: WithBranding,
): Promise<readonly BrandingRecord[]> {
  return store.branding.brandings([
    ...(organizationCode === undefined ? [] : [{ kind: 'organization', code: organizationCode } as const]),
    ...(clientId === undefined ? [] : [{ kind: 'application', clientId } as const]),
    environment,
  ])
}

function entriesOf(given: BrandingUpdate): [BrandingField, BrandingUpdate[BrandingField]][] {
  // A literal of our own callers: it has the keys of its type.
  return Object.entries(given) as [BrandingField, BrandingUpdate[BrandingField]][]
}
