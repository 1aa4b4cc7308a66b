// A user as the API shows one (C§8), with what `expand` asks for. Values that a user does not have are null.
import { z } from 'zod'
import type { IdentityRecord, IdentityType, MembershipOfUser, Store, UserRecord } from '../../store/index.ts'
import { isoTime } from '../envelope.ts'
import type { Caller } from '../management-deps.ts'

/** What a user and an entry of a list of users have in common. */
const shared = {
  id: z.string(),
  provided_id: z.string().nullable(),
  phone: z.string().nullable(),
  username: z.string().nullable(),
  last_name: z.string().nullable(),
  first_name: z.string().nullable(),
  is_suspended: z.boolean(),
  picture: z.string().nullable(),
  total_sign_ins: z.int(),
  failed_sign_ins: z.int(),
  last_signed_in: z.string().nullable(),
  created_on: z.string(),
  organizations: z.array(z.string()).optional(),
  billing: z.strictObject({ customer_id: z.string() }).optional(),
}
const identity = { type: z.string(), identity: z.string() }

export const userSchema = z.strictObject({
  ...shared,
  preferred_email: z.string().nullable(),
  identities: z.array(z.strictObject(identity)).optional(),
})

export const listedUserSchema = z.strictObject({
  ...shared,
  email: z.string().nullable(),
  identities: z.array(z.strictObject({ ...identity, connection_id: z.string().nullable() })).optional(),
  last_organization_sign_ins: z
    .array(z.strictObject({ org_code: z.string(), last_signed_in: z.string() }))
    .optional(),
})

type SharedAnswer = Omit<z.input<typeof userSchema>, 'preferred_email' | 'identities'>

export interface UserAnswer {
  readonly record: UserRecord
  readonly user: SharedAnswer
  readonly identities: readonly IdentityRecord[]
  /** By the organizations' names; undefined when organizations are not asked for. */
  readonly memberships: readonly MembershipOfUser[] | undefined
}

/**
 * How to answer with each of these users; two reads at most, however many there are. `expand` holds names of C§8: organizations and billing
 * are looked at here, identities by the caller.
 */
export async function userAnswers(
  users: readonly UserRecord[],
  expand: ReadonlySet<string>,
  { directory }: Pick<Store, 'directory'>,
  { organizationCode }: Caller,
): Promise<(user: UserRecord) => UserAnswer> {
  const userIds = users.map(({ id }) => id)
  const [identities, keys] = await Promise.all([
    directory.identitiesOf(userIds),
    expand.has('organizations') ? directory.membershipKeysOf(userIds) : undefined,
  ])
  const shown = keys?.filter((key) => organizationCode === null || key.organizationCode === organizationCode)
  const identitiesByUser = Map.groupBy(identities, ({ userId }) => userId)
  const keysByUser = shown && Map.groupBy(shown, ({ userId }) => userId)
  return (user) =>
    userAnswer(user, expand, {
      identities: identitiesByUser.get(user.id) ?? [],
      memberships: keysByUser && (keysByUser.get(user.id) ?? []),
    })
}

function userAnswer(
  user: UserRecord,
  expand: ReadonlySet<string>,
  { identities, memberships }: Pick<UserAnswer, 'identities' | 'memberships'>,
): UserAnswer {
  return {
    record: user,
    identities,
    memberships,
    user: {
      id: user.id,
      provided_id: user.providedId,
      phone: valueOf('phone', identities),
      username: valueOf('username', identities),
      last_name: user.lastName,
      first_name: user.firstName,
      is_suspended: user.isSuspended,
      picture: user.picture,
      total_sign_ins: user.totalSignIns,
      failed_sign_ins: user.failedSignIns,
      last_signed_in: user.lastSignedInAtMs === null ? null : isoTime(user.lastSignedInAtMs),
      created_on: isoTime(user.createdAtMs),
      ...(memberships && { organizations: memberships.map(({ organizationCode }) => organizationCode) }),
      // The customer of a user is the user (billing/customers.ts).
      ...(expand.has('billing') && { billing: { customer_id: user.id } }),
    },
  }
}

function valueOf(type: IdentityType, identities: readonly IdentityRecord[]): string | null {
  return identities.find((identity) => identity.type === type)?.value ?? null
}
