// Memberships that the file made and does not name any more. Those that people, pages or the management API made stay.
import type { MembershipKey } from '../../store/index.ts'
import type { PlanContext } from './plan-context.ts'
import type { PlanStep } from './plan-step.ts'

/** What the file says of one user's organizations. */
export interface DeclaredMemberships {
  readonly userId: string
  readonly organizationCodes: readonly string[]
}

/** Of a user that the file names: the organizations that it named before and does not name now. */
export function formerOrganizations(
  { userId, organizationCodes }: DeclaredMemberships,
  before: readonly MembershipKey[],
): readonly string[] {
  return before
    .filter((one) => one.userId === userId && !organizationCodes.includes(one.organizationCode))
    .map(({ organizationCode }) => organizationCode)
}

export interface FileMemberships {
  /** With `prune: true`, for users that the file does not name any more. */
  readonly steps: readonly PlanStep[]
  /** What the file has made after this plan; undefined when that is what is kept already. */
  readonly kept: readonly MembershipKey[] | undefined
}

export async function fileMemberships(
  { file, directory }: PlanContext,
  declared: readonly DeclaredMemberships[],
  before: readonly MembershipKey[],
): Promise<FileMemberships> {
  const named = new Set(declared.map(({ userId }) => userId))
  const ofOthers = before.filter(({ userId }) => !named.has(userId))
  const left = file.prune ? ofOthers : []
  const steps: PlanStep[] = []
  for (const { organizationCode, userId } of left) {
    if ((await directory.membership(organizationCode, userId)) === undefined) continue
    steps.push({
      action: 'remove',
      what: 'membership',
      name: `${userId} in ${organizationCode}`,
      fields: [],
      changes: [{ kind: 'delete-membership', organizationCode, userId }],
      userId,
    })
  }
  const kept = [
    ...(file.prune ? [] : ofOthers),
    ...declared.flatMap(({ userId, organizationCodes }) =>
      organizationCodes.map((organizationCode) => ({ organizationCode, userId })),
    ),
  ]
  return { steps, kept: isSame(kept, before) ? undefined : kept }
}

function isSame(one: readonly MembershipKey[], other: readonly MembershipKey[]): boolean {
  const texts = (keys: readonly MembershipKey[]) =>
    new Set(keys.map(({ organizationCode, userId }) => `${organizationCode} ${userId}`))
  const [those, these] = [texts(one), texts(other)]
  return those.size === these.size && [...those].every((text) => these.has(text))
}
