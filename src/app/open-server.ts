// Opens a complete server, part by part, each with what it needs of those before it. When one cannot be opened, those before it are
// closed again; when the server closes, they close in the opposite order, the HTTP server first of all.
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { MintageFile } from '../config/index.ts'
import { openCanaryWatch, openLoadedDeployments } from '../deployments/index.ts'
import { logFailure, startServer, trustedProxies } from '../http/index.ts'
import { egressPolicy, openGuardedFetch } from '../net/index.ts'
import { politePace } from '../rehearsal/index.ts'
import { lowerPoolPriority, readThreadOptions } from '../runtime/index.ts'
import type { Store } from '../store/index.ts'
import { openMint } from '../tokens/index.ts'
import { backgroundWork } from './background-work.ts'
import { ensureDataFolder } from './data-folder.ts'
import { openDirectory } from './open-directory.ts'
import { invitationClientId, openServerJobs } from './open-jobs.ts'
import { openMail } from './open-mail.ts'
import { openGitSync } from './git-sync.ts'
import { watchFileHandles } from './file-handles.ts'
import { headerBytes } from './header-bytes.ts'
import { masterKey } from './master-key.ts'
import { openServerShadow, shadowed } from './open-shadow.ts'
import { openWorkflows } from './open-workflows.ts'
import { checkProductionFile } from './production-file.ts'
import { refuseInsecureSettings } from './production-rules.ts'
import { invocationRecorder } from './invocation-recorder.ts'
import { followProject } from './project-changes.ts'
import { readProjectFile } from './project-file.ts'
import { readiness } from './readiness.ts'
import { serverRoutes } from './routes.ts'
import { runLimits } from './run-limits.ts'
import { hasLiveDeployment, openServed, sourceLineOf, type ServedProject } from './served-project.ts'
import { safeMode } from './safe-mode.ts'
import type { ServerListeners } from './server-listeners.ts'
import type { ServerSettings } from './server-settings.ts'
import { openWebhooks } from './webhooks.ts'
import { workflowBreaker } from './workflow-breaker.ts'
import { workflowEnvironment } from './workflow-environment.ts'

export interface RunningServer {
  /** Without a trailing slash. */
  readonly issuer: string
  readonly port: number
  readonly hasPlayground: boolean
  readonly file: MintageFile
  readonly project: ServedProject
  readonly store: Store
  /** Resolves when no work is under way that answers did not wait for, such as a mail. */
  settle(): Promise<void>
  /** Serves on for `delayMs` while `/readyz` says 503, then lets requests in flight and the work behind them end, within bounds. */
  close(delayMs?: number): Promise<void>
}

/** How long jobs, and work that answers did not wait for, may take when the server stops. */
const backgroundBoundMs = 10_000

/** Throws ConfigError, MintageFileError, StoreError, SandboxError, and WorkflowError when the project does not build. */
export async function openServer(
  settings: ServerSettings,
  listeners: ServerListeners,
): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack()
  const { log } = listeners

  refuseInsecureSettings(settings) // 1 nothing is touched before it is clear that we may
  const proxies = trustedProxies(settings.trustedProxies)
  const file = await readProjectFile(settings.projectDir, settings.isProduction)
  await checkProductionFile(file, settings, log)
  const { customDomains } = file.settings
  if (settings.databaseUrl === undefined || settings.masterKey === undefined)
    await ensureDataFolder(settings.dataDir)
  const key = await masterKey(settings, (event, fields) => log.warn(event, fields))

  const limits = { headerBytes: headerBytes(runLimits(file.settings.limits)) }
  const http = await startServer({ port: settings.port, host: settings.host, log, limits }) // 2 the port, and with it who we are
  opened.defer(() => http.close())
  const issuer = settings.issuer ?? `http://localhost:${http.port}`

  const { memoryBytes } = runLimits(file.settings.limits)
  // Before all that follows: the sandbox's threads start on other processors while this one is busy.
  const { prioritizeEventLoop } = file.settings
  const threads = await readThreadOptions({ memoryBytes, prioritizeEventLoop })
  // `mintage dev` always serves the folder; otherwise it is built when nothing is live in the database, or when it is to win.
  const isFollowing = listeners.onProjectChange === undefined
  const isFolderWanted = !isFollowing || settings.projectWins === true
  const needsFolder = Promise.withResolvers<boolean>()
  needsFolder.promise.catch(() => {}) // Who waits for it rejects.
  const onStore = async (store: Store) =>
    needsFolder.resolve(
      // A project that does not build must not keep the server from starting in safe mode.
      settings.isSafeMode !== true && (isFolderWanted || !(await hasLiveDeployment(store))),
    )
  const onNoStore = (error: unknown) => needsFolder.reject(error)
  const [
    { sandbox, folder, place, hostCalls },
    apply,
    { accountApi, clientProblems, openIssuer, managementApi, openPlayground, serverErrorPage },
  ] = await together([
    openWorkflows(file, {
      ...settings,
      threads,
      issuer,
      http,
      log,
      opened,
      needsFolder: needsFolder.promise,
    }), // 3 the workflows
    openDirectory(file, { settings, key, issuer, log, opened, onStore, onNoStore }), // and who exists
    import('./answering.ts'), // and the code of what answers requests, the engine above all: half of all code
  ])
  const { store, now } = apply
  const deployments = openLoadedDeployments({ store, place, log })
  opened.defer(() => deployments.close())
  const project = await openServed({ settings, file, store, deployments, folder, isFollowing })

  const mail = await openMail(file.settings, settings, listeners)
  opened.defer(() => mail.close())
  const background = backgroundWork(log)
  opened.defer(() => background.drain(backgroundBoundMs))
  const environment = workflowEnvironment(store.directory)
  const onWithdrawn = () => deployments.settle()
  const canary = openCanaryWatch({ store, bounds: file.settings.canary, onWithdrawn, log })
  opened.defer(() => canary.settle())
  const shadow = openServerShadow({ deployments, store, hostCalls, log })
  opened.defer(() => shadow.close())
  const mint = openMint({
    sandbox,
    shadow,
    serving: (trigger, { userId, clientId }) => project.serving(trigger, userId ?? clientId),
    ...safeMode(settings, log),
    onOversized: (token) => log.warn('token_over_budget', { ...token }),
    ...workflowBreaker(file.settings, now, log),
    environment,
    record: invocationRecorder({ store, settings: file.settings, listeners, log, canary }),
    limits: runLimits(file.settings.limits),
    strictClaims: file.settings.strictClaims,
    claimsRules: file.settings.claims,
    // In the order of time: neighbours in the index of the table, so that a batch of them touches few of its pages.
    newInvocationId: () => `inv_${randomUUIDv7()}`,
    nowMs: now,
  })
  const egress = { allow: file.settings.egress.allow, isLoopbackAllowed: !settings.isProduction }
  const outgoing = openGuardedFetch({ ...egress, limits: runLimits(file.settings.limits) })
  opened.defer(() => outgoing.close())
  const invitationApplication = invitationClientId(file)
  const provider = await openIssuer({
    issuer,
    customDomains,
    store,
    mint,
    deployment: (id) => deployments.load(id),
    passwordRules: file.settings.passwords,
    isEmailProofRequired: file.settings.signUp.isEmailProofRequired,
    isSignUpAllowed: file.settings.signUp.isAllowed,
    isLastOrganizationUsed: file.settings.signIn.isLastOrganizationUsed,
    invitationApplication,
    site: file.settings,
    invitationDays: file.settings.invitations.expireDays,
    refreshGraceSeconds: file.settings.refreshGraceSeconds,
    sessionMaximumSeconds: file.settings.session.maximumSeconds,
    pendingSignIns: file.settings.pendingSignIns,
    isDevelopment: !settings.isProduction,
    fetch: outgoing.fetch,
    sourceLine: (at) => sourceLineOf(project, at),
    buildError: () => project.status().failures[0],
    // The HTTP server has put it there (http/settled-headers.ts).
    addressOf: ({ headers }) => String(headers['x-forwarded-for']),
    background: background.run,
    log: (event, fields) => log.warn(event, fields),
    nowMs: now,
  })
  const onDefect = (error: unknown) => logFailure(log, error)
  const ofIssuer = {
    issuerUrl: issuer,
    customDomains,
    verifyAccessToken: (token: string) => provider.verifyAccessToken(token),
  }
  const management = managementApi({
    store,
    deployments: {
      place: () => Promise.resolve(isFollowing ? { ...place, keep: deployments.adopt } : place),
      isFollowed: isFollowing,
      settle: () => deployments.settle(),
    },
    refusedParts: (application) => Promise.resolve(clientProblems([application], issuer)),
    tokenLifetimes: file.settings.tokenLifetimes,
    ...ofIssuer,
    egress: egressPolicy(egress.allow, egress),
    invitationDays: file.settings.invitations.expireDays,
    nowMs: now,
    requestsPerMinute: file.settings.managementApi.requestsPerMinute,
    random: randomBytes,
    onDefect,
  })
  const playground = await openPlayground({ settings, file, issuer, http, store, project, log, now })

  const webhooks = await openWebhooks({
    ...settings,
    ...listeners,
    ...provider,
    settings: file.settings,
    store,
  })
  opened.defer(() => webhooks.close())
  const git = await openGitSync({ ...settings, settings: file.settings, store, place, log })
  if (git) opened.defer(() => git.close())

  const unavailableParts = readiness(
    {
      workflows() {
        if (!sandbox.stats().isOpen) throw new Error('No thread runs workflows.')
      },
      database: () => store.check(),
    },
    log,
  )

  const errorPage = serverErrorPage(file.settings)
  if (prioritizeEventLoop) lowerPoolPriority()
  http.serve({
    // 4 open
    origin: new URL(issuer),
    customDomains: customDomains.map((domain) => new URL(domain)),
    proxies,
    errorPage,
    routes: serverRoutes({
      issuer: shadowed(provider.handler),
      mainHost: new URL(issuer).host,
      management,
      accountApi: accountApi({
        store,
        ...ofIssuer,
        nowMs: now,
        random: randomBytes,
        onDefect,
      }),
      playground,
      gitWebhook: git?.webhook,
      unavailableParts: async () => (http.isDraining ? ['server'] : await unavailableParts()),
      log,
      errorPage,
    }),
  })
  opened.defer(watchFileHandles(log))
  const jobs = openServerJobs({
    store,
    settings: file.settings,
    log,
    mail,
    issuer,
    more: { ...git?.jobs, ...webhooks.jobs },
    invitationApplication,
    sessionEnds: provider,
    rehearsals: {
      store,
      issuer,
      environment,
      limits: runLimits(file.settings.limits),
      claimsRules: file.settings.claims,
      pace: politePace(() => http.requests),
      log,
      ...(!isFollowing && { servedInstead: (trigger) => project.serving(trigger) }),
    },
  })
  opened.defer(() => jobs.close(backgroundBoundMs))
  if (listeners.onProjectChange && folder) {
    const watch = followProject({ project: folder, file, apply, log, onChange: listeners.onProjectChange })
    opened.defer(() => watch.close())
  }
  opened.defer(() => http.close())
  const parts = opened.move()
  return {
    issuer,
    port: http.port,
    hasPlayground: playground !== undefined,
    file,
    project,
    store,
    async settle() {
      await Promise.all([background.drain(), shadow.settle()])
      await jobs.settle()
    },
    async close(delayMs = 0) {
      await http.close(delayMs)
      await parts.disposeAsync()
    },
  }
}

/** Like Promise.all, but nothing is still being opened when it rejects: what is opened after that would never be closed. */
async function together<Parts extends readonly unknown[]>(opening: {
  readonly [Part in keyof Parts]: Promise<Parts[Part]>
}): Promise<{ -readonly [Part in keyof Parts]: Awaited<Parts[Part]> }> {
  await Promise.allSettled(opening)
  return Promise.all(opening)
}
