// The prompt `organization`: choose one of several, create one (`is_create_org`), or learn that one has no part in it.
import { declaredId, newOrganization, organizationNameProblem } from '../../directory/index.ts'
import {
  chooseOrganizationPage,
  createOrganizationPage,
  deniedPage,
  copyFor,
  type FieldProblem,
  type OrganizationChoice,
} from '../../pages/index.ts'
import type { DirectoryStore } from '../../store/index.ts'
import type { OrganizationSettlement } from '../settle-organization.ts'
import type { InteractionStep } from './interaction-context.ts'

export interface OrganizationStepDeps {
  readonly directory: DirectoryStore
  readonly nowMs: () => number
}

export async function showOrganization(
  step: InteractionStep,
  settlement: OrganizationSettlement,
  deps: Pick<OrganizationStepDeps, 'directory'>,
): Promise<void> {
  switch (settlement.kind) {
    case 'choose':
      return showChoice(step, settlement.organizations, deps)
    case 'create':
      return showCreate(step, settlement.suggestedName)
    case 'not-a-member':
      return showNotAMember(step)
    case 'settled':
      return step.finish({})
  }
}

export async function chooseOrganization(
  step: InteractionStep,
  form: URLSearchParams,
  deps: OrganizationStepDeps,
): Promise<void> {
  const code = form.get('org_code') ?? ''
  const userId = step.interaction.session?.accountId ?? ''
  const memberships = await deps.directory.organizationsOf(userId)
  if (memberships.some((organization) => organization.code === code))
    return step.finish({ organization: { code } })
  return showChoice(step, memberships, deps, 400)
}

async function showChoice(
  step: InteractionStep,
  organizations: readonly OrganizationChoice[],
  { directory }: Pick<OrganizationStepDeps, 'directory'>,
  status = 200,
): Promise<void> {
  const page = chooseOrganizationPage({
    ...step.frame,
    form: step.form('organization'),
    cancel: step.cancel(),
    organizations,
    account: await accountName(step, directory),
  })
  step.show(page, status)
}

export async function createOrganization(
  step: InteractionStep,
  form: URLSearchParams,
  deps: OrganizationStepDeps,
): Promise<void> {
  const name = form.get('name') ?? form.get('org_name') ?? ''
  const problem = organizationNameProblem(name)
  if (problem !== undefined) return showCreate(step, name, nameProblem[problem])
  const creatorId = step.interaction.session?.accountId
  if (creatorId === undefined) return step.finish({})
  // A step makes one organization, however often and from however many tabs its form comes.
  const code = declaredId('organization', `interaction ${step.interaction.uid}`)
  if (!(await deps.directory.organization(code))) {
    const catalog = await deps.directory.catalog()
    await deps.directory.apply(newOrganization({ code, name, creatorId }, catalog, deps.nowMs()))
  }
  return step.finish({ organization: { code } })
}

const nameProblem = {
  required: 'required',
  'too-long': 'textTooLong',
  invalid: 'textInvalid',
} as const satisfies Record<NonNullable<ReturnType<typeof organizationNameProblem>>, FieldProblem>

function showCreate(step: InteractionStep, name: string, problem?: FieldProblem): void {
  const page = createOrganizationPage({
    ...step.frame,
    form: step.form('create-organization'),
    cancel: step.cancel(),
    name,
    ...(problem !== undefined && { nameProblem: problem }),
  })
  step.show(page, problem === undefined ? 200 : 400)
}

function showNotAMember(step: InteractionStep): void {
  const page = deniedPage({
    ...step.frame,
    reason: copyFor(step.frame.language).denied.notAMember,
    back: { kind: 'form', form: step.form('back') },
    otherAccount: { kind: 'form', form: step.form('other-account') },
  })
  step.show(page, 403)
}

async function accountName(step: InteractionStep, directory: DirectoryStore): Promise<string> {
  const userId = step.interaction.session?.accountId ?? ''
  const user = await directory.user(userId)
  return user?.preferredEmail ?? [user?.firstName, user?.lastName].filter(Boolean).join(' ')
}
