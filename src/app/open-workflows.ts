// The sandbox of a server and the project's workflows in it, live.
import type { MintageFile } from '../config/index.ts'
import type { RunPlace } from '../deployments/index.ts'
import { formatLocation, WorkflowError } from '../errors/index.ts'
import type { HttpServer } from '../http/index.ts'
import { parseEncryptionKey, type Answers, type HostCallsOptions } from '../runtime/host-calls/index.ts'
import { openSandbox, type Sandbox, type SandboxDefect, type ThreadOptions } from '../runtime/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { openLiveProject, type LiveProject } from '../workflows/index.ts'
import { runLimits } from './run-limits.ts'
import { runSettings } from './served-project.ts'

interface WorkflowParts {
  /** What the sandbox's threads are made of. */
  readonly threads: ThreadOptions
  readonly workflowThreads?: number
  readonly projectDir: string
  readonly isProduction: boolean
  readonly answers?: Answers
  readonly strictTypes?: boolean
  readonly issuer: string
  readonly http: Pick<HttpServer, 'handle'>
  readonly log: Logger
  /** Whether the project is built: known as soon as the database is open. */
  readonly needsFolder: Promise<boolean>
  /** Closes what is opened here, also when something after it fails. */
  readonly opened: AsyncDisposableStack
}

/** `folder` is undefined when it need not be built. */
export interface OpenedWorkflows {
  readonly sandbox: Sandbox
  readonly folder: LiveProject | undefined
  readonly place: RunPlace
  /** Who answers the calls of runs. */
  readonly hostCalls: HostCallsOptions
}

export async function openWorkflows(file: MintageFile, parts: WorkflowParts): Promise<OpenedWorkflows> {
  const hostCalls = hostCallsOf(file, parts)
  const sandbox = await openWorkflowSandbox(hostCalls, parts)
  parts.opened.defer(() => sandbox.close())
  const { isProduction } = parts
  const limits = runLimits(file.settings.limits)
  const place = { sandbox, reservedClaims, limits, isProduction }
  if (!(await parts.needsFolder)) return { sandbox, folder: undefined, place, hostCalls }
  const folder = await openProject(parts, file, sandbox)
  if (isProduction) refuseNeverFired(folder.status().neverRun)
  return { sandbox, folder, place, hostCalls }
}

function openWorkflowSandbox(
  hostCalls: HostCallsOptions,
  { threads, workflowThreads, log }: Pick<WorkflowParts, 'threads' | 'workflowThreads' | 'log'>,
): Promise<Sandbox> {
  const options = {
    ...(workflowThreads !== undefined && { threads: workflowThreads }),
    onDefect: (defect: SandboxDefect) =>
      log.error('sandbox_defect', { what: defect.what, deployment: defect.deployment, error: defect }),
    onThreadLost: (error: unknown) => log.warn('sandbox_thread_lost', { error }),
    hostCalls,
  }
  return openSandbox(options, threads)
}

function hostCallsOf(
  { settings }: MintageFile,
  { issuer, http, log, answers }: WorkflowParts,
): HostCallsOptions {
  const encryptionKey = settings.secureFetch.encryptionKey?.reveal()
  const key = encryptionKey === undefined ? undefined : parseEncryptionKey(encryptionKey)
  return {
    allow: settings.egress.allow,
    ...(key && { encryptionKey: () => key }),
    ...(answers && { answers }),
    ownOrigin: {
      origins: [issuer, ...settings.customDomains],
      handle: (request: Request) => http.handle(request),
    },
    onDefect: (error: unknown) => log.error('host_call_failed', { error }),
  }
}

/** A project that does not build at the start has nothing good to fall back on: tokens would go out without its workflow. */
async function openProject(
  { projectDir, strictTypes = false }: Pick<WorkflowParts, 'projectDir' | 'strictTypes'>,
  { settings }: MintageFile,
  sandbox: Sandbox,
): Promise<LiveProject> {
  const project = await openLiveProject(projectDir, sandbox, {
    strictTypes,
    reservedClaims,
    strictBindings: settings.strictBindings,
    secureFetchEncoding: settings.secureFetch.encoding,
    bundleBytes: runLimits(settings.limits).bundleBytes,
    settings: runSettings(settings),
  })
  const [failure] = project.status().failures
  if (failure) throw failure
  return project
}

/** A gate that never runs lets everyone pass, so production does not start with one. */
function refuseNeverFired(neverRun: readonly WorkflowError[]): void {
  const [first, ...others] = neverRun.filter(({ code }) => code === 'trigger_never_fires')
  if (!first) return
  const more = others.map(({ message, at }) => `${message} (${at ? formatLocation(at) : ''})`)
  throw new WorkflowError(first.code, [first.message, ...more].join('. '), {
    ...(first.at && { at: first.at }),
    ...(first.hint !== undefined && { hint: first.hint }),
  })
}
