// The row `organization`: the user chooses one of several, creates one (`is_create_org`), or learns that they are not a member.
import { z } from 'zod'
import {
  createOrganization as createNewOrganization,
  declaredId,
  isSuspended,
  lastUsedFirst,
  organizationNameProblem,
} from '../../../directory/index.ts'
import {
  chooseOrganizationPage,
  createOrganizationPage,
  deniedPage,
  copyFor,
  type FieldProblem,
  type OrganizationChoice,
} from '../../../pages/index.ts'
import type { DirectoryStore } from '../../../store/index.ts'
import {
  organizationsToChoose,
  settleOrganization,
  type OrganizationSettlement,
} from './settle-organization.ts'
import { cancelForm, type SignInStep, type Step, type StepForms } from '../../step.ts'
import type { StepDeps } from '../../step-deps.ts'
import { otherAccount } from '../refused/refused-step.ts'

type OrganizationStepDeps = Pick<StepDeps, 'commit' | 'directory' | 'nowMs'>

/** As it was persisted. */
const detailsSchema = z.looseObject({
  organization: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('settled'), code: z.string().nullable() }),
      z.object({
        kind: z.literal('choose'),
        organizations: z.array(
          z.object({ code: z.string(), name: z.string(), isLastUsed: z.boolean().default(false) }),
        ),
      }),
      z.object({ kind: z.literal('create'), suggestedName: z.string() }),
      z.object({ kind: z.literal('not-a-member') }),
      z.object({ kind: z.literal('suspended') }),
    ])
    .optional(),
})

const forms = {
  choose: { ...cancelForm, organization: chooseOrganization },
  create: { ...cancelForm, 'create-organization': createOrganization },
  'not-a-member': {
    back: backFromRefusal('The user does not belong to the organization.'),
    'other-account': otherAccount,
  },
  suspended: { back: backFromRefusal('The organization is suspended.'), 'other-account': otherAccount },
  settled: {},
} as const satisfies Record<OrganizationSettlement['kind'], StepForms>

export const organizationStep: SignInStep = {
  name: 'organization',
  isRequestable: false,
  isForUser: true,
  silently: {
    error: 'interaction_required',
    reason: 'organization_unsettled',
    description: 'an organization has to be chosen',
  },
  due: async (request, checks) => {
    const settlement = request.isForTokens ? await settleOrganization(request, checks) : undefined
    if (settlement === undefined || settlement.kind === 'settled') return undefined
    return {
      details: { organization: settlement },
      ...(settlement.kind === 'suspended' && {
        silently: { error: 'access_denied', description: 'the organization is suspended' },
      }),
    }
  },
  at(details) {
    const { organization = { kind: 'settled', code: null } as const } = detailsSchema.parse(details)
    return {
      show: (step, deps) => showOrganization(step, organization, deps),
      forms: forms[organization.kind],
    }
  },
}

function backFromRefusal(description: string): (step: Step) => Promise<void> {
  return (step) => step.finish({ kind: 'refused', error: 'access_denied', description })
}

async function showOrganization(
  step: Step,
  settlement: OrganizationSettlement,
  deps: Pick<OrganizationStepDeps, 'directory'>,
): Promise<void> {
  switch (settlement.kind) {
    case 'choose':
      return showChoice(step, settlement.organizations, deps)
    case 'create':
      return showCreate(step, settlement.suggestedName)
    case 'not-a-member':
      return showRefusal(step, 'notAMember')
    case 'suspended':
      return showRefusal(step, 'organizationSuspended')
    case 'settled':
      return step.finish({ kind: 'checked-again' })
  }
}

async function chooseOrganization(
  step: Step,
  form: URLSearchParams,
  deps: OrganizationStepDeps,
): Promise<void> {
  const code = form.get('org_code') ?? ''
  const userId = step.signIn.accountId ?? ''
  const open = (await deps.directory.organizationsOf(userId)).filter(
    (organization) => !isSuspended(organization),
  )
  if (open.some((organization) => organization.code === code))
    return step.finish({ kind: 'organization', code })
  const recent = await lastUsedFirst(userId, open, deps.directory)
  return showChoice(step, organizationsToChoose(recent), deps, 400)
}

async function showChoice(
  step: Step,
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

async function createOrganization(
  step: Step,
  form: URLSearchParams,
  deps: OrganizationStepDeps,
): Promise<void> {
  const name = form.get('name') ?? form.get('org_name') ?? ''
  const problem = organizationNameProblem(name)
  if (problem !== undefined) return showCreate(step, name, nameProblem[problem])
  const creatorId = step.signIn.accountId
  if (creatorId === undefined) return step.finish({ kind: 'checked-again' })
  // A step makes one organization, however often and from however many tabs its form comes.
  const code = declaredId('organization', `interaction ${step.signIn.uid}`)
  if (!(await deps.directory.organization(code))) {
    const by = { event: 'organization.created' as const, clientId: step.application.clientId, ip: step.ip }
    await createNewOrganization({ code, name }, { store: deps, by, now: deps.nowMs }, creatorId)
  }
  return step.finish({ kind: 'organization', code })
}

const nameProblem = {
  required: 'required',
  'too-long': 'textTooLong',
  invalid: 'textInvalid',
} as const satisfies Record<NonNullable<ReturnType<typeof organizationNameProblem>>, FieldProblem>

function showCreate(step: Step, name: string, problem?: FieldProblem): void {
  const page = createOrganizationPage({
    ...step.frame,
    form: step.form('create-organization'),
    cancel: step.cancel(),
    name,
    ...(problem !== undefined && { nameProblem: problem }),
  })
  step.show(page, problem === undefined ? 200 : 400)
}

function showRefusal(step: Step, reason: 'notAMember' | 'organizationSuspended'): void {
  const page = deniedPage({
    ...step.frame,
    reason: copyFor(step.frame.language).denied[reason],
    back: { kind: 'form', form: step.form('back') },
    otherAccount: { kind: 'form', form: step.form('other-account') },
  })
  step.show(page, 403)
}

async function accountName(step: Step, directory: DirectoryStore): Promise<string> {
  const userId = step.signIn.accountId ?? ''
  const user = await directory.user(userId)
  return user?.preferredEmail ?? [user?.firstName, user?.lastName].filter(Boolean).join(' ')
}
