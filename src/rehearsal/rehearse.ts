// What would this deployment do? Top to bottom: pages of users → their sign-ins → claims and event as for a real one → both deployments,
// with the same clock and randomness → compared and counted; then the same for tokens of machines. Issues nothing, writes nothing, makes no calls.
import { randomBytes, randomUUID } from 'node:crypto'
import type { ApplicationRecord, DirectoryStore } from '../store/index.ts'
import { userMintRequest, type MintRequest } from '../tokens/index.ts'
import { decideAsContender, type ContenderDeps, type ContenderResult, type RunMoment } from './contender.ts'
import type { Pace } from './pace.ts'
import { rehearsedMachines, rehearsedMachineToken } from './rehearsed-machines.ts'
import {
  rehearsedApplications,
  rehearsedSignIn,
  rehearsedUserCount,
  rehearsedUsers,
  type RehearsedUser,
} from './rehearsed-sign-ins.ts'
import type { MachineOfReport, MachinesReport, RehearsalReport, SignInOfReport } from './report.ts'
import type { RehearsalRequest } from './request.ts'
import { Tally } from './tally.ts'

/** What serves a trigger; undefined when no workflow does. */
export interface Contenders {
  readonly live: ContenderDeps['serving']
  readonly candidate: ContenderDeps['serving']
}

export interface RehearsalDeps extends Omit<ContenderDeps, 'serving'>, Contenders {
  /** Of the trigger of machines' tokens. */
  readonly machines: Contenders
  readonly directory: Pick<
    DirectoryStore,
    'catalog' | 'members' | 'membershipKeysOf' | 'organization' | 'tokenSubjects' | 'userCount' | 'users'
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
  const { live, candidate } = deps
  const machines = await rehearseMachines(request, deps)
  const ofUsers = await rehearseUsers(request, deps)
  return {
    version: 1,
    live: live?.id ?? deps.machines.live?.id ?? null,
    candidate: candidate?.id ?? deps.machines.candidate?.id ?? null,
    ...ofUsers,
    ...(machines && { machines }),
  }
}

async function rehearseUsers(
  request: RehearsalRequest,
  deps: RehearsalDeps,
): Promise<Omit<RehearsalReport, 'version' | 'live' | 'candidate' | 'machines'>> {
  const { directory, onProgress } = deps
  const tally = new Tally<SignInOfReport>()
  const people = { users: 0, suspendedUsers: 0, usersOfSeveralOrganizations: 0, membershipsLeftOut: 0 }
  const { length: applications } = rehearsedApplications(await directory.catalog(), request.clientIds)
  const isForMachines = applications === 0
  const ofUsers = isForMachines ? 0 : await rehearsedUserCount(request.users, directory)
  onProgress({ users: 0, ofUsers })
  const startOfSample = `kp_${randomBytes(16).toString('hex')}`
  const pages = isForMachines ? [] : rehearsedUsers(request, directory, { startOfSample, applications })
  for await (const users of pages) {
    await inPortions(await signInsOf(users, request, deps), deps, (signIn) =>
      rehearseOne(signIn, request, deps, tally),
    )
    for (const { subject, firstOfUser } of users) {
      if (!firstOfUser) continue
      people.users++
      if (subject.user.isSuspended) people.suspendedUsers++
      else if (firstOfUser.organizations > 1) people.usersOfSeveralOrganizations++
      people.membershipsLeftOut += firstOfUser.leftOut
    }
    onProgress({ users: people.users, ofUsers: Math.max(ofUsers, people.users) })
  }
  const { users, ...others } = people
  return { users, signIns: tally.compared, ...others, ...tally.counts() }
}

/** Undefined when no workflow shapes them. */
async function rehearseMachines(
  request: RehearsalRequest,
  deps: RehearsalDeps,
): Promise<MachinesReport | undefined> {
  const { machines, directory } = deps
  if (!machines.live && !machines.candidate) return undefined
  const tally = new Tally<MachineOfReport>()
  await inPortions(await rehearsedMachines(request, directory), deps, async (machine) => {
    const { moment, identity } = momentOf(deps)
    const { application, api } = machine
    const asked = await rehearsedMachineToken(machine, directory, identity)
    tally.count({
      who: {
        clientId: application.clientId,
        audience: api.audience,
        organizationCode: application.organizationCode,
      },
      ...(await decideBoth(asked, moment, machines, deps)),
      budget: budgetOf(request, application),
    })
  })
  return { tokens: tally.compared, ...tally.counts() }
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

/** Bounded concurrency: one portion after the other. */
async function inPortions<Item>(
  items: readonly Item[],
  { pace, signal }: Pick<RehearsalDeps, 'pace' | 'signal'>,
  rehearseItem: (item: Item) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += portion) {
    // oxlint-disable-next-line no-await-in-loop -- see above
    await Promise.all(items.slice(from, from + portion).map(rehearseItem))
    // oxlint-disable-next-line no-await-in-loop
    await pace.turn(signal)
  }
}

async function rehearseOne(
  { user, application }: SignIn,
  request: RehearsalRequest,
  deps: RehearsalDeps,
  tally: Tally<SignInOfReport>,
): Promise<void> {
  const catalog = await deps.directory.catalog()
  const { moment, identity } = momentOf(deps)
  const asked = rehearsedSignIn(user, application, request, {
    catalog,
    nowSeconds: Math.floor(moment.startedAtMs / 1_000),
    newSid: randomUUID,
  })
  const minted = userMintRequest(asked, { catalog, subject: user.subject }, identity)
  // Suspended, no longer a member, or without an access role of the application: this user cannot sign in.
  if (minted.kind !== 'ready') return
  tally.count({
    who: {
      userId: asked.userId,
      clientId: application.clientId,
      organizationCode: user.organizationCode,
    },
    ...(await decideBoth(minted.request, moment, deps, deps)),
    budget: budgetOf(request, application),
  })
}

function momentOf({ issuer, nowMs }: RehearsalDeps) {
  const moment: RunMoment = { startedAtMs: Math.trunc(nowMs()), seed: randomBytes(32).toString('hex') }
  return { moment, identity: { issuer, newJti: randomUUID, nowMs: () => moment.startedAtMs } }
}

async function decideBoth(
  asked: MintRequest,
  moment: RunMoment,
  contenders: Contenders,
  deps: RehearsalDeps,
): Promise<Record<'live' | 'candidate', ContenderResult>> {
  const [live, candidate] = await Promise.all([
    decideAsContender(asked, moment, { ...deps, serving: contenders.live }),
    decideAsContender(asked, moment, { ...deps, serving: contenders.candidate }),
  ])
  return { live, candidate }
}

function budgetOf({ budgetBytes }: RehearsalRequest, { tokenBudget }: ApplicationRecord): number {
  return budgetBytes ?? tokenBudget?.bytes ?? usualBudget
}
