// Which sign-ins a rehearsal plays, read page by page: the memory does not depend on how many users there are.
import { connectionOf } from '../directory/index.ts'
import type {
  ApplicationRecord,
  Catalog,
  DirectoryStore,
  IdentityRecord,
  PageRequest,
  TokenSubject,
} from '../store/index.ts'
import type { UserTokensRequest } from '../tokens/index.ts'
import type { RehearsalRequest, RehearsedUsers } from './request.ts'

/** A user in one of their organizations, or in none. */
export interface RehearsedUser {
  readonly subject: TokenSubject
  readonly organizationCode: string | null
  /** Of the user, only on the first of their organizations. */
  readonly firstOfUser: { readonly organizations: number; readonly leftOut: number } | undefined
}

type Directory = Pick<
  DirectoryStore,
  'catalog' | 'members' | 'membershipKeysOf' | 'tokenSubjects' | 'userCount' | 'users'
>

const usersPerPage = 100
/** Sign-ins in one part, after which progress is reported: a busy server takes seconds for a few of them, and the command line gives up on a rehearsal without progress. */
const mostSignIns = 100
/** Of one user. A user of support may be a member of thousands, which say little about each other. */
const mostOrganizations = 10

export async function rehearsedUserCount(users: RehearsedUsers, directory: Directory): Promise<number> {
  const all = await directory.userCount(users.kind === 'organization' ? users.code : undefined)
  return users.kind === 'sample' ? Math.min(users.size, all) : all
}

/** Parts of the users as they are at that moment, each of whom signs in to so many applications; a user who is deleted meanwhile is left out. */
export async function* rehearsedUsers(
  { users }: RehearsalRequest,
  directory: Directory,
  { startOfSample, applications }: { readonly startOfSample: string; readonly applications: number },
): AsyncGenerator<readonly RehearsedUser[]> {
  const mostSubjects = Math.ceil(mostSignIns / applications)
  for await (const userIds of pagesOfIds(users, directory, startOfSample)) {
    const asked =
      users.kind === 'organization'
        ? userIds.map((userId) => ({ userId, organizationCode: users.code, firstOfUser: ofOne }))
        : await inTheirOrganizations(userIds, directory)
    for (let from = 0; from < asked.length; from += mostSubjects) {
      const part = asked.slice(from, from + mostSubjects)
      // oxlint-disable-next-line no-await-in-loop -- a part at a time, so that memory stays flat
      const subjects = await directory.tokenSubjects(part)
      yield part.flatMap(({ organizationCode, firstOfUser }, index) => {
        const subject = subjects[index]
        return subject ? [{ subject, organizationCode, firstOfUser }] : []
      })
    }
  }
}

async function* pagesOfIds(
  users: RehearsedUsers,
  directory: Directory,
  startOfSample: string,
): AsyncGenerator<readonly string[]> {
  if (users.kind !== 'sample') {
    yield* idsAfter('', users, directory)
    return
  }
  let missing = users.size
  for await (const page of idsAfter(startOfSample, users, directory)) {
    yield page.slice(0, missing)
    missing -= page.length
    if (missing <= 0) return
  }
  // Round to the beginning, up to where it started.
  for await (const page of idsAfter('', users, directory)) {
    const before = page.filter((id) => id <= startOfSample).slice(0, missing)
    yield before
    missing -= before.length
    if (missing <= 0 || before.length < page.length) return
  }
}

async function* idsAfter(
  start: string,
  users: RehearsedUsers,
  directory: Directory,
): AsyncGenerator<readonly string[]> {
  let cursor: string | undefined = start
  while (cursor !== undefined) {
    const page: PageRequest = { size: usersPerPage, cursor }
    // oxlint-disable-next-line no-await-in-loop -- one page at a time, so that memory stays flat
    const read: PageOfIds = await (users.kind === 'organization'
      ? idsOfMembers(users.code, page, directory)
      : idsOfUsers(page, directory))
    yield read.ids
    cursor = read.nextCursor
  }
}

interface PageOfIds {
  readonly ids: readonly string[]
  readonly nextCursor: string | undefined
}

async function idsOfUsers(page: PageRequest, directory: Directory): Promise<PageOfIds> {
  const { items, nextCursor } = await directory.users(page)
  return { ids: items.map(({ id }) => id), nextCursor }
}

async function idsOfMembers(code: string, page: PageRequest, directory: Directory): Promise<PageOfIds> {
  const { items, nextCursor } = await directory.members(code, page)
  return { ids: items.map(({ userId }) => userId), nextCursor }
}

const ofOne = { organizations: 1, leftOut: 0 }

/** Each membership is a sign-in that the user can have: with several organizations, the user is asked which one. The last used ones come first. */
async function inTheirOrganizations(userIds: readonly string[], directory: Directory) {
  const memberships = Map.groupBy(await directory.membershipKeysOf(userIds), ({ userId }) => userId)
  return userIds.flatMap((userId) => {
    const ofUser = memberships.get(userId) ?? []
    const taken = ofUser
      .toSorted((a, b) => (b.lastSignedInAtMs ?? 0) - (a.lastSignedInAtMs ?? 0))
      .slice(0, mostOrganizations)
    const counts = { organizations: ofUser.length, leftOut: ofUser.length - taken.length }
    const codes = taken.length === 0 ? [null] : taken.map(({ organizationCode }) => organizationCode)
    return codes.map((organizationCode, index) => ({
      userId,
      organizationCode,
      firstOfUser: index === 0 ? counts : undefined,
    }))
  })
}

/** Those in which users sign in, or the given ones of them. */
export function rehearsedApplications(
  { applications }: Catalog,
  clientIds: readonly string[] | undefined,
): readonly ApplicationRecord[] {
  return applications.filter(
    ({ type, clientId }) => type !== 'm2m' && (clientIds === undefined || clientIds.includes(clientId)),
  )
}

/** An address for documentation (RFC 5737), because no client signs in. */
export const rehearsedIp = '192.0.2.1'

/** The sign-in as the application would ask for it, by the user's preferred identity. */
export function rehearsedSignIn(
  { subject, organizationCode }: RehearsedUser,
  application: ApplicationRecord,
  { scopes, audiences }: RehearsalRequest,
  { catalog, nowSeconds, newSid }: SignInContext,
): UserTokensRequest {
  const { user } = subject
  const identity = preferredIdentity(subject, catalog)
  const [redirectUri] = application.redirectUris
  return {
    application,
    userId: user.id,
    facts: {
      connectionId: (identity && connectionOf(identity, catalog)?.id) ?? null,
      identityId: identity?.id ?? null,
      organizationCode,
      audiences,
      authUrlParams: {
        clientId: application.clientId,
        ...(redirectUri !== undefined && { redirectUri }),
        responseType: 'code',
        scope: scopes.join(' '),
      },
      requestedAtSeconds: nowSeconds,
      requestedClaims: [],
    },
    origin: 'authorization_request',
    grantType:
      application.type === 'device' ? 'urn:ietf:params:oauth:grant-type:device_code' : 'authorization_code',
    isExistingSession: false,
    scopes,
    nonce: undefined,
    sid: application.backchannelLogoutUri === null ? undefined : newSid(),
    authTimeSeconds: nowSeconds,
    ip: rehearsedIp,
    userAgent: 'mintage rehearse',
  }
}

export interface SignInContext {
  readonly catalog: Catalog
  readonly nowSeconds: number
  readonly newSid: () => string
}

function preferredIdentity({ user, identities }: TokenSubject, catalog: Catalog): IdentityRecord | undefined {
  const usable = identities.filter((identity) => connectionOf(identity, catalog)?.isEnabled === true)
  return usable.find(({ type, value }) => type === 'email' && value === user.preferredEmail) ?? usable[0]
}
