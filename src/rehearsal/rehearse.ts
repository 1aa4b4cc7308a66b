// What would this deployment do? Top to bottom: pages of users → their sign-ins → claims and event as for a real one → both deployments,
// with the same clock and randomness → compared and counted. Issues nothing, writes nothing, makes no calls.
import { randomBytes, randomUUID } from 'node:crypto'
import type { ApplicationRecord, DirectoryStore } from '../store/index.ts'
import { userMintRequest } from '../tokens/index.ts'
import { decideAsContender, type ContenderDeps } from './contender.ts'
import type { Pace } from './pace.ts'
import {
  rehearsedApplications,
  rehearsedSignIn,
  rehearsedUserCount,
  rehearsedUsers,
  type RehearsedUser,
} from './rehearsed-sign-ins.ts'
import type { RehearsalReport } from './report.ts'
import type { RehearsalRequest } from './request.ts'
import { Tally } from './tally.ts'

export interface RehearsalDeps extends Omit<ContenderDeps, 'serving'> {
  readonly live: ContenderDeps['serving']
  readonly candidate: ContenderDeps['serving']
  readonly directory: Pick<
    DirectoryStore,
    'catalog' | 'members' | 'membershipKeysOf' | 'tokenSubjects' | 'userCount' | 'users'
  >
  readonly issuer: string
  readonly nowMs: () => number
  readonly pace: Pace
  readonly signal: AbortSignal
  /** Called after each page of users. */
  readonly onProgress: (progress: RehearsalProgress) => void
}

export interface RehearsalProgress {
  readonly users: number
  readonly ofUsers: number
}

/** Sign-ins under way at a time: enough to keep the threads busy, few enough for the event loop to get its turn soon. */
const portion = 16

/** What browsers keep in one cookie (RFC 6265 §6.1), in bytes. */
const usualBudget = 4_096

/** Rejects with the signal's reason when it is aborted, and with StoreError. */
export async function rehearse(request: RehearsalRequest, deps: RehearsalDeps): Promise<RehearsalReport> {
  const { directory, live, candidate, pace, signal, onProgress } = deps
  const tally = new Tally({ live: live?.id ?? null, candidate: candidate?.id ?? null })
  const ofUsers = await rehearsedUserCount(request.users, directory)
  onProgress({ users: 0, ofUsers })
  const startOfSample = `kp_${randomBytes(16).toString('hex')}`
  for await (const users of rehearsedUsers(request, directory, startOfSample)) {
    for (const signIns of portions(await signInsOf(users, request, deps))) {
      // oxlint-disable-next-line no-await-in-loop -- bounded concurrency: one portion after the other
      await Promise.all(signIns.map((signIn) => rehearseOne(signIn, request, deps, tally)))
      // oxlint-disable-next-line no-await-in-loop
      await pace.turn(signal)
    }
    for (const { subject, hasSeveralOrganizations } of users)
      tally.countUser({ isSuspended: subject.user.isSuspended, hasSeveralOrganizations })
    onProgress({ users: tally.users, ofUsers: Math.max(ofUsers, tally.users) })
  }
  return tally.report()
}

interface SignIn {
  readonly user: RehearsedUser
  readonly application: ApplicationRecord
}

async function signInsOf(
  users: readonly RehearsedUser[],
  { clientIds }: RehearsalRequest,
  { directory }: RehearsalDeps,
): Promise<readonly SignIn[]> {
  const applications = rehearsedApplications(await directory.catalog(), clientIds)
  return users.flatMap((user) => applications.map((application) => ({ user, application })))
}

function* portions(signIns: readonly SignIn[]): Generator<readonly SignIn[]> {
  for (let from = 0; from < signIns.length; from += portion) yield signIns.slice(from, from + portion)
}

async function rehearseOne(
  { user, application }: SignIn,
  request: RehearsalRequest,
  deps: RehearsalDeps,
  tally: Tally,
): Promise<void> {
  const { directory, live, candidate, issuer, nowMs } = deps
  const catalog = await directory.catalog()
  const moment = { startedAtMs: Math.trunc(nowMs()), seed: randomBytes(32).toString('hex') }
  const asked = rehearsedSignIn(user, application, request, {
    catalog,
    nowSeconds: Math.floor(moment.startedAtMs / 1_000),
    newSid: randomUUID,
  })
  const identity = { issuer, newJti: randomUUID, nowMs: () => moment.startedAtMs }
  const minted = userMintRequest(asked, { catalog, subject: user.subject }, identity)
  // Suspended, no longer a member, or without an access role of the application: this user cannot sign in.
  if (minted.kind !== 'ready') return
  const [ofLive, ofCandidate] = await Promise.all([
    decideAsContender(minted.request, moment, { ...deps, serving: live }),
    decideAsContender(minted.request, moment, { ...deps, serving: candidate }),
  ])
  tally.count({
    userId: asked.userId,
    clientId: application.clientId,
    organizationCode: user.organizationCode,
    live: ofLive,
    candidate: ofCandidate,
    budget: request.budgetBytes ?? application.tokenBudget?.bytes ?? usualBudget,
  })
}
