// mintage.yaml against the directory as it is: a plan that people can read, and one transaction that makes it so. Applied twice, the
// second plan is empty. What the file does not mention is left alone, but for what it made itself of a thing that it still mentions.
import type { MintageFile } from '../../config/index.ts'
import { StoreError } from '../../errors/index.ts'
import { whileUnchanged, type Change, type Store } from '../../store/index.ts'
import { ensureBuiltIns } from '../built-ins.ts'
import type { RandomBytes } from '../ids.ts'
import { applicationSteps, connectionSteps, variableSteps } from './applications.ts'
import { auditOf } from './audit.ts'
import { brandingSteps } from './branding.ts'
import {
  declaredApis,
  declaredCategories,
  declaredFlags,
  declaredPermissions,
  declaredPlans,
  declaredProperties,
  declaredRoles,
} from './catalog-parts.ts'
import { fileMemberships } from './memberships.ts'
import { organizationPlan } from './organizations.ts'
import type { PlanContext } from './plan-context.ts'
import { stepText, type PlanStep } from './plan-step.ts'
import { pruneSteps } from './prune.ts'
import { userPlans } from './users.ts'
import { webhookSteps } from './webhooks.ts'

export interface ApplyDeps {
  readonly store: Pick<Store, 'branding' | 'commit' | 'directory'>
  /** Stands for `${issuer}`. */
  readonly issuer: string
  readonly random: RandomBytes
  readonly now: () => number
  /** Pictures of the project that the file names, by their paths there; it may name others only if they are here. */
  readonly images?: ReadonlyMap<string, Uint8Array>
}

export interface DirectoryPlan {
  readonly steps: readonly PlanStep[]
  /** What Mintage notes for the next time; not a line of the plan. */
  readonly notes: readonly Change[]
  /** Of the catalog that the plan was made from. */
  readonly catalogVersion: number
}

export async function planDirectory(file: MintageFile, deps: ApplyDeps): Promise<DirectoryPlan> {
  const { branding, directory } = deps.store
  const { images = new Map<string, Uint8Array>() } = deps
  const catalog = await directory.catalog()
  const context: PlanContext = { ...deps, file, directory, branding, images, catalog }
  const permissions = declaredPermissions(context)
  const apis = declaredApis(context)
  const roles = declaredRoles(context, permissions.records, apis.records)
  const organizations = await organizationPlan(context)
  const rights = {
    organizations: organizations.byKey,
    roles: roles.records,
    permissions: permissions.records,
  }
  const before = await directory.fileMemberships()
  const users = await userPlans(context, rights, before)
  const memberships = await fileMemberships(context, users, before)
  return {
    // In this order: each refers only to what stands before it.
    steps: [
      ...permissions.steps,
      ...apis.steps,
      ...roles.steps,
      ...declaredFlags(context).steps,
      ...declaredCategories(context).steps,
      ...declaredProperties(context).steps,
      ...declaredPlans(context).steps,
      ...organizations.steps,
      ...applicationSteps(context, { apis: apis.records, roles: roles.records }, organizations),
      ...(await brandingSteps(context, organizations)),
      ...connectionSteps(context),
      ...variableSteps(context),
      ...webhookSteps(context),
      ...users.flatMap(({ steps }) => steps),
      ...memberships.steps,
      ...pruneSteps(context),
    ],
    catalogVersion: context.catalog.version,
    notes:
      memberships.kept === undefined
        ? []
        : [{ kind: 'put-file-memberships', memberships: memberships.kept, expected: before }],
  }
}

/** One line for each step: `+ user ada@example.com`, `~ application demo_web redirectUris`. */
export function planText({ steps }: DirectoryPlan): string {
  return steps.map(stepText).join('\n')
}

/** Makes the directory what the file says; resolves to what it took. */
export async function applyMintageFile(file: MintageFile, deps: ApplyDeps): Promise<DirectoryPlan> {
  await ensureBuiltIns(deps.store, deps.issuer)
  try {
    return await whileUnchanged(() => applyOnce(file, deps))
  } catch (error) {
    // Another process applied the same file at the same time and was first: what is left to do is planned anew.
    if (error instanceof StoreError && error.code === 'store_conflict')
      return whileUnchanged(() => applyOnce(file, deps))
    throw error
  }
}

async function applyOnce(file: MintageFile, deps: ApplyDeps): Promise<DirectoryPlan> {
  const plan = await planDirectory(file, deps)
  const changes = plan.steps.flatMap((step) => [...step.changes, auditOf(step, deps.now())])
  changes.push(...plan.notes)
  if (changes.length > 0)
    await deps.store.commit([{ kind: 'expect-catalog', version: plan.catalogVersion }, ...changes])
  return plan
}
