// A complete issuer in this process: real SQLite in a folder of its own, a real sandbox, real HTTP on a free port, the management API
// beside it, which workflows reach without a socket. What is in the directory is the test's; workflows are given as source text or as
// a project's folder, and can be changed between two requests.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  accountMailKind,
  defaultPasswordRules,
  ensureBuiltIns,
  openPreview,
  sendRequestedMail,
  sessionEndKind,
  withSessionEndNotices,
  type AccountMail,
} from '../../src/directory/index.ts'
import { sessionEndJob } from '../../src/app/session-end-job.ts'
import { StoreError, type WorkflowError } from '../../src/errors/index.ts'
import { fetchHandler, startServer, trustedProxies } from '../../src/http/index.ts'
import { openJobs } from '../../src/jobs/index.ts'
import { clientProblems, openIssuer, type Issuer } from '../../src/issuer/index.ts'
import { assertReplays } from './replays.ts'
import { withoutDeployments } from './without-deployments.ts'
import { accountApi } from '../../src/account-api/index.ts'
import { managementApi } from '../../src/management/index.ts'
import { languages } from '../../src/pages/index.ts'
import { openGuardedFetch } from '../../src/net/index.ts'
import {
  defaultLimits,
  openSandbox,
  type Environment,
  type RunLimits,
  type Sandbox,
} from '../../src/runtime/index.ts'
import {
  defaultTokenLifetimes,
  openStore,
  type Change,
  type Store,
  type StoreOptions,
} from '../../src/store/index.ts'
import { egressPolicy } from '../../src/net/index.ts'
import { openLogger } from '../../src/telemetry/index.ts'
import { reservedClaims, openMint, type Mint } from '../../src/tokens/index.ts'
import {
  buildDeployment,
  deploymentId,
  workflowsOfTrigger,
  type ServingDeployment,
  type WorkflowDeployment,
} from '../../src/workflows/index.ts'
import type { TriggerDeps } from '../../src/triggers/index.ts'
import type { FiredTrigger } from '../../src/triggers/registry/index.ts'
import { buildOnlyWorkflow } from './workflow-run.ts'

export interface IssuerGiven {
  readonly breaker?: TriggerDeps['breaker']
  readonly directory: readonly Change[]
  readonly workflow?: string
  readonly location?: StoreOptions['location']
  /** Origins that workflows may call. */
  readonly allow?: readonly string[]
  readonly limits?: Partial<RunLimits>
  readonly refreshGraceSeconds?: number
  readonly sessionMaximumSeconds?: number
  readonly pendingSignIns?: { readonly megabytesPerAddress: number; readonly megabytes: number }
  readonly isEmailProofRequired?: boolean
  readonly isSignUpAllowed?: boolean
  readonly isLastOrganizationUsed?: boolean
  readonly nowMs?: () => number
  readonly decorateStore?: (store: Store) => Store
  readonly threads?: number
  /** What the last edit of the project does not build for. */
  readonly buildError?: () => WorkflowError | undefined
  /** Whose X-Forwarded-For is believed; nobody's when not given. */
  readonly proxies?: readonly string[]
  /** Of another node on the same database. */
  readonly masterKey?: Uint8Array
  /** Who the issuer says it is, when it is a node of several. */
  readonly issuer?: string
  /** Served as `http://127.0.0.1:PORT` as well. */
  readonly hasCustomDomain?: boolean
}

export interface OpenedPreview {
  readonly deploymentId: string
  readonly workflowDeploymentId: string
  readonly password: string
}

export interface TestIssuer {
  readonly url: string
  /** The same server as a custom domain, with `hasCustomDomain`. */
  readonly customUrl: string
  /** Of the database, the key apart. */
  readonly folder: string
  readonly store: Store
  /** The database without `decorateStore`. */
  readonly plainStore: Store
  readonly sandbox: Sandbox
  readonly mint: Mint
  readonly issuer: Issuer
  readonly mails: readonly AccountMail[]
  readonly events: readonly { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[]
  /** Everything that was written to the log, a line each. */
  readonly logLines: readonly string[]
  /** Resolves when the work behind the answers, such as a mail, is done. */
  settle(): Promise<void>
  /** What is live for a trigger. */
  serving(trigger: FiredTrigger): ServingDeployment | undefined
  /** Replaces the live workflow; without a source there is none. */
  deploy(source: string | undefined): Promise<void>
  /** Opens the preview of a deployment that is not live. */
  preview(source: string): Promise<OpenedPreview>
  /** Replaces the live workflows by these, each a file of its own. */
  deployAll(sources: readonly string[]): Promise<void>
  /** The only workflow of a project. */
  deployProject(folder: string): Promise<void>
}

/** A test, or `{ after }` of node:test for an issuer that serves a whole file. */
export interface Lifetime {
  after(end: () => Promise<void>): void
}

export async function startIssuer(t: Lifetime, given: IssuerGiven): Promise<TestIssuer> {
  // What is open when a later part fails to open is closed again, so that the failure ends the test and does not hang it.
  await using parts = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mintage-issuer-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const logLines: string[] = []
  const log = openLogger({ level: 'debug', format: 'json', write: (line) => void logLines.push(line) })
  const limits = { drainMs: 1_000 }
  const server = await startServer({ port: 0, host: '127.0.0.1', log, limits })
  parts.defer(() => server.close())
  const url = `http://localhost:${String(server.port)}`
  const customUrl = `http://127.0.0.1:${String(server.port)}`
  const customDomains = given.hasCustomDomain === true ? [customUrl] : []

  const location = given.location ?? { kind: 'sqlite', file: join(folder, 'mintage.db') }
  const opened = await openStore({ location, masterKey: given.masterKey ?? randomBytes(32) })
  parts.defer(() => opened.close())
  const store = withSessionEndNotices(given.decorateStore?.(opened) ?? opened)
  await fill(opened, given.directory)
  await ensureBuiltIns(store, url)
  const sandbox = await openSandbox({
    threads: given.threads ?? 1,
    hostCalls: {
      allow: [...(given.allow ?? [])],
      ownOrigin: { origins: [url, ...customDomains], handle: (request) => server.handle(request) },
    },
  })
  parts.defer(() => sandbox.close())
  let live: readonly WorkflowDeployment[] = []
  const deployed = new Map<string, readonly WorkflowDeployment[]>()
  const goLive = (workflows: readonly WorkflowDeployment[]) => {
    live = workflows
    deployed.set(deploymentId(workflows), workflows)
  }
  const deployAll = async (sources: readonly string[]) => {
    goLive(await Promise.all(sources.map((source) => build(source, folder, sandbox))))
  }
  const deploy = (source: string | undefined) => deployAll(source === undefined ? [] : [source])
  const deployProject = async (project: string) => {
    goLive([await buildOnlyWorkflow(sandbox, project)])
  }
  await deploy(given.workflow)
  const previewed = new Map<string, WorkflowDeployment>()

  const mails: AccountMail[] = []
  const events: { event: string; fields: Readonly<Record<string, unknown>> }[] = []
  const background: Promise<void>[] = []
  const nowMs = given.nowMs ?? opened.nowMs
  const mint = openMint({
    sandbox,
    serving: (trigger) => servingOf(live, trigger),
    ...(given.breaker && { breaker: given.breaker }),
    environment: () => environmentOf(store),
    record: (invocation, recorded) => store.invocations.append(invocation, recorded()),
    // Only a test that is about the clock ends by it, however busy the machine is.
    limits: { ...defaultLimits, wallClockMs: 60_000, callMs: 30_000, ...given.limits },
    strictClaims: false,
    newInvocationId: () => `inv_${randomUUID()}`,
    nowMs,
  })
  const sendMail = async (mail: AccountMail) => void mails.push(mail)
  const jobs = openJobs({
    store: opened,
    log,
    kinds: {
      [sessionEndKind]: sessionEndJob({ notifySessionEnd: (notice) => issuer.notifySessionEnd(notice) }),
      [accountMailKind]: {
        backoffMs: [],
        async run({ payload }) {
          await sendRequestedMail(payload(), { store, random: randomBytes, now: nowMs, sendMail })
        },
      },
    },
  })
  const outgoing = openGuardedFetch({
    allow: given.allow ?? [],
    isLoopbackAllowed: true,
    limits: defaultLimits,
  })
  const issuer = await openIssuer({
    issuer: given.issuer ?? url,
    customDomains,
    store,
    mint,
    passwordRules: defaultPasswordRules,
    isEmailProofRequired: given.isEmailProofRequired ?? false,
    site: { name: 'Mintage', languages },
    isSignUpAllowed: given.isSignUpAllowed ?? true,
    isLastOrganizationUsed: given.isLastOrganizationUsed ?? false,
    refreshGraceSeconds: given.refreshGraceSeconds ?? 30,
    sessionMaximumSeconds: given.sessionMaximumSeconds ?? 2_592_000,
    pendingSignIns: given.pendingSignIns ?? { megabytesPerAddress: 32, megabytes: 256 },
    isDevelopment: true,
    async deployment(id) {
      const workflow = previewed.get(id)
      return workflow && { serving: (trigger) => servingOf([workflow], trigger) }
    },
    ...(given.buildError && { buildError: given.buildError }),
    fetch: outgoing.fetch,
    sourceLine: () => undefined,
    addressOf: ({ headers }) => String(headers['x-forwarded-for']),
    background: (task) => void background.push(task()),
    log: (event, fields) => {
      events.push({ event, fields })
      log.info(event, fields)
    },
    nowMs,
  })
  const management = managementApi({
    deployments: withoutDeployments,
    egress: egressPolicy([]),
    store,
    refusedParts: (application) => Promise.resolve(clientProblems([application], url)),
    tokenLifetimes: defaultTokenLifetimes,
    verifyAccessToken: (token) => issuer.verifyAccessToken(token),
    issuerUrl: url,
    customDomains,
    requestsPerMinute: Infinity,
    invitationDays: 7,
    nowMs,
    random: randomBytes,
  })
  const onDefect = (error: unknown) => log.error('management_defect', { error })
  const account = accountApi({
    store,
    verifyAccessToken: (token) => issuer.verifyAccessToken(token),
    issuerUrl: url,
    customDomains,
    nowMs,
    random: randomBytes,
    onDefect,
  })
  server.serve({
    origin: new URL(url),
    customDomains: customDomains.map((domain) => new URL(domain)),
    proxies: trustedProxies(given.proxies ?? []),
    routes: [
      { path: '/api', handler: fetchHandler(management.app, { ...management.body, onDefect }) },
      { path: '/account_api', handler: fetchHandler(account.app, { ...account.body, onDefect }) },
      { path: '/', handler: issuer.handler },
    ],
  })
  parts.defer(async () => {
    await server.close()
    await outgoing.close()
    await Promise.all(background)
    await jobs.close(10_000)
    const ofDeployment = (id: string, trigger: FiredTrigger) => servingOf(deployed.get(id) ?? [], trigger)
    // Tests that break the database cannot read it whole.
    if (!given.decorateStore && !given.location)
      await assertReplays({ store: opened, sandbox, serving: ofDeployment })
  })
  const open = parts.move()
  t.after(() => open.disposeAsync())
  return {
    url,
    customUrl,
    folder,
    store,
    plainStore: opened,
    sandbox,
    mint,
    issuer,
    mails,
    events,
    logLines,
    serving: (trigger) => servingOf(live, trigger),
    deploy,
    deployAll,
    async preview(source) {
      const workflow = await build(source, folder, sandbox)
      const id = deploymentId([workflow])
      previewed.set(id, workflow)
      deployed.set(id, [workflow])
      const times = { createdAtMs: nowMs(), checkedAtMs: nowMs() }
      const checked = { isDraft: true, state: 'ready', summary: {}, buildLog: '', ...times } as const
      const deployment = { id, author: 'test', origin: 'deploy', ...checked } as const
      if ((await store.deployments.find(id)) === undefined)
        await store.commit([{ kind: 'add-deployment', deployment, content: '{}' }])
      const by = { event: 'management.test', clientId: null, ip: null } as const
      const deps = { store, by, random: randomBytes, now: nowMs }
      const password = await openPreview({ id, workflowDeploymentIds: [workflow.id] }, deps)
      return { deploymentId: id, workflowDeploymentId: workflow.id, password }
    },
    deployProject,
    async settle() {
      await Promise.all(background)
      await jobs.settle()
    },
  }
}

function servingOf(
  workflows: readonly WorkflowDeployment[],
  trigger: FiredTrigger,
): ServingDeployment | undefined {
  const serving = workflowsOfTrigger(workflows, trigger)
  return serving && { id: deploymentId(workflows), workflows: serving }
}

async function build(source: string, folder: string, sandbox: Sandbox): Promise<WorkflowDeployment> {
  const dir = join(folder, randomUUID())
  await mkdir(dir)
  const file = join(dir, 'tokensWorkflow.ts')
  await writeFile(file, source)
  return buildDeployment(file, sandbox, { reservedClaims, project: { dir } })
}

async function environmentOf(store: Store): Promise<Environment> {
  const { environmentVariables } = await store.directory.catalog()
  return Object.fromEntries(
    environmentVariables.map(({ key, value, isSecret }) => [key, { value, isSecret }]),
  )
}

/** Another issuer on the same database finds the people and organizations there; it writes the catalog again. */
async function fill(store: Store, changes: readonly Change[]): Promise<void> {
  try {
    await store.commit(changes)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'store_conflict') throw error
    await store.commit(changes.filter(({ kind }) => kind.startsWith('put-')))
  }
}
