// A rehearsal from its request to its report: asked for by one commit, done by a job on any server, and read meanwhile.
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { openLoadedDeployments, type RunPlace } from '../deployments/index.ts'
import { AppError } from '../errors/index.ts'
import type { JsonObject } from '../oauth/index.ts'
import type { Environment } from '../runtime/index.ts'
import type { WrittenAuditRecord, Change, ClaimsRules, Store, StoredRehearsal } from '../store/index.ts'
import type { TokenTrigger } from '../tokens/index.ts'
import { redactorOf, withoutSecrets } from '../triggers/index.ts'
import type { ServingDeployment } from '../workflows/index.ts'
import type { Pace } from './pace.ts'
import { recordedAnswers } from './recorded-answers.ts'
import { rehearse, type Contenders, type RehearsalProgress } from './rehearse.ts'
import { rehearsalRequestSchema, type RehearsalRequest } from './request.ts'
import type { RehearsalReport } from './report.ts'

/** The kind of its job, and what its payload holds. */
export const rehearsalJobKind = 'rehearsal'

export interface RequestedRehearsal {
  readonly deploymentId: string
  readonly request: RehearsalRequest
  readonly author: string
  readonly audit: Pick<WrittenAuditRecord, 'event' | 'clientId'>
}

/** Resolves to its id. The caller has checked that the deployment is ready. */
export async function requestRehearsal(
  { deploymentId, request, author, audit }: RequestedRehearsal,
  { store, nowMs }: { readonly store: Pick<Store, 'commit'>; readonly nowMs: () => number },
): Promise<string> {
  const id = `reh_${randomUUIDv7()}`
  const createdAtMs = nowMs()
  const details = { rehearsal: id, deployment: deploymentId }
  await store.commit([
    {
      kind: 'add-rehearsal',
      rehearsal: {
        id,
        createdAtMs,
        author,
        deploymentId,
        request: json(request),
        state: 'waiting',
        users: 0,
        ofUsers: 0,
        error: null,
      },
    },
    {
      kind: 'enqueue-job',
      job: { kind: rehearsalJobKind, payload: { rehearsal: id }, enqueuedAtMs: createdAtMs },
    },
    { kind: 'append-audit', record: { ...audit, atMs: createdAtMs, userId: null, ip: null, details } },
  ])
  return id
}

export interface StoredRehearsalDeps {
  readonly store: Pick<
    Store,
    'commit' | 'deployments' | 'directory' | 'invocations' | 'nowMs' | 'recordings' | 'rehearsals'
  >
  readonly issuer: string
  readonly environment: () => Promise<Environment>
  /** `settings.claims` of the server. */
  readonly claimsRules: ClaimsRules | undefined
  /** Where it runs: threads of its own. */
  readonly place: RunPlace
  /** What is served here in place of the live deployment of the database: the folder of `mintage dev`. */
  readonly servedInstead?: (trigger: TokenTrigger) => ServingDeployment | undefined
  readonly pace: Pace
  readonly log: Parameters<typeof openLoadedDeployments>[0]['log']
}

const progressEveryMs = 500

/**
 * Idempotent: done again from the beginning, it writes its report again. What the rehearsal cannot overcome becomes its error; rejects
 * with StoreError, and when the signal is aborted.
 */
export async function runRehearsal(
  id: string,
  signal: AbortSignal,
  deps: StoredRehearsalDeps,
): Promise<void> {
  const { store } = deps
  const found = await unended(id, store)
  if (found === undefined) return
  // An earlier attempt has counted users, too; this one begins again.
  const begun = { state: 'running', users: 0, ofUsers: 0 } as const
  await store.commit([updateOf(id, found.state, begun)])
  const progress = progressOf(id, signal, store)
  try {
    const environment = await deps.environment()
    const report = await reportOf(found.deploymentId, rehearsalRequestSchema.parse(found.request), {
      ...deps,
      environment,
      signal,
      onProgress: (done) => progress.tell(done),
    })
    const { users } = report
    const readable = withoutSecrets(report, redactorOf(environment) ?? String)
    await progress.end({ state: 'completed', users, ofUsers: users, report: readable })
  } catch (error) {
    const isLasting = error instanceof AppError && !error.code.startsWith('store_')
    await progress.end(isLasting ? { state: 'failed', error: `${error.code}: ${error.message}` } : undefined)
    if (!isLasting) throw error
  }
}

/** The job is given up: its rehearsal ends as failed, for the reason. Idempotent. */
export async function giveUpRehearsal(
  id: string,
  reason: string,
  { store }: Pick<StoredRehearsalDeps, 'store'>,
): Promise<void> {
  const found = await unended(id, store)
  if (found) await store.commit([updateOf(id, found.state, { state: 'failed', error: reason })])
}

async function unended(
  id: string,
  { rehearsals }: Pick<Store, 'rehearsals'>,
): Promise<StoredRehearsal | undefined> {
  const found = await rehearsals.find(id)
  return found?.state === 'waiting' || found?.state === 'running' ? found : undefined
}

interface ReportDeps extends Omit<StoredRehearsalDeps, 'environment'> {
  readonly environment: Environment
  readonly signal: AbortSignal
  readonly onProgress: (progress: RehearsalProgress) => void
}

async function reportOf(
  candidateId: string,
  request: RehearsalRequest,
  deps: ReportDeps,
): Promise<RehearsalReport> {
  const { store, place, servedInstead } = deps
  const loaded = openLoadedDeployments({ store, place, log: deps.log })
  try {
    const { deploymentRoles } = await store.directory.catalog()
    const liveId = deploymentRoles.find((role) => role.id === 'live')?.deploymentId
    const candidate = await loaded.load(candidateId)
    const inDatabase = liveId === undefined ? undefined : await loaded.load(liveId)
    const contenders = async (trigger: TokenTrigger): Promise<Contenders> => ({
      live: servedInstead ? await preparedAt(place, servedInstead(trigger)) : inDatabase?.serving(trigger),
      candidate: candidate.serving(trigger),
    })
    return await rehearse(request, {
      ...deps,
      directory: store.directory,
      sandbox: place.sandbox,
      ...(await contenders('user:tokens_generation')),
      machines: await contenders('m2m:token_generation'),
      limits: place.limits,
      // Each deployment brings its own.
      strictClaims: false,
      answers: await recordedAnswers(store),
      nowMs: () => store.nowMs(),
    })
  } finally {
    loaded.close()
  }
}

/** The same deployment in another sandbox. */
async function preparedAt(
  { sandbox }: RunPlace,
  serving: ServingDeployment | undefined,
): Promise<ServingDeployment | undefined> {
  if (serving === undefined) return undefined
  const [first, ...others] = await Promise.all(
    serving.workflows.map(async (workflow) => ({
      ...workflow,
      prepared: await sandbox.prepare(workflow.prepared.source),
    })),
  )
  return first && { ...serving, workflows: [first, ...others] }
}

type Update = Extract<Change, { readonly kind: 'update-rehearsal' }>
type Set = Update['set']

function updateOf(rehearsalId: string, state: StoredRehearsal['state'], set: Set): Update {
  return { kind: 'update-rehearsal', rehearsalId, set, expected: { state } }
}

/** Writes how far it is, at intervals, and its end after the last of them. */
function progressOf(id: string, signal: AbortSignal, store: Pick<Store, 'commit'>) {
  const ended = new AbortController()
  let latest: Set | undefined
  const put = (set: Set) => store.commit([updateOf(id, 'running', set)])
  const telling = tellAtIntervals().catch(() => {})

  async function tellAtIntervals(): Promise<void> {
    const stopped = AbortSignal.any([signal, ended.signal])
    while (!stopped.aborted) {
      const set = latest
      latest = undefined
      // oxlint-disable-next-line no-await-in-loop -- one write after the other
      if (set) await put(set)
      // oxlint-disable-next-line no-await-in-loop
      await pause(progressEveryMs, undefined, { signal: stopped, ref: false })
    }
  }

  return {
    tell(progress: RehearsalProgress): void {
      latest = { state: 'running', ...progress }
    },
    /** Without a last word, the job is done again. */
    async end(last: Set | undefined): Promise<void> {
      ended.abort()
      await telling
      if (last) await put(last)
    },
  }
}

/** Written as JSON, which leaves out what is undefined. */
function json(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
