// A deployment, from what was uploaded to what is live: parse → store as processing → check → ready and live in one commit, or failed.
// A server that is lost in between leaves what is live as it was, and the same content can be deployed again.
import { ConfigError, StoreError } from '../errors/index.ts'
import { whileUnchanged, type Change, type DeploymentOrigin, type StoredDeployment } from '../store/index.ts'
import { activation, audited, type ActivationDeps } from './activate.ts'
import { checkContent, requiredNames, type RunPlace } from './check-content.ts'
import { contentId, type DeploymentContent } from './deployment-content.ts'
import { parsedUpload } from './parse-upload.ts'
import { summaryJson, type DeploymentProblem, type DeploymentSummary } from './summary.ts'

export interface DeployDeps extends ActivationDeps {
  /** Opened only when something is to be checked. */
  readonly place: () => Promise<RunPlace>
}

export interface DeployRequest {
  /** Parsed JSON of unknown origin. */
  readonly content: unknown
  /** Is stored and checked, and not activated. */
  readonly isDraft: boolean
  readonly origin: DeploymentOrigin
  /** Of the sender: what its build printed. */
  readonly buildLog: string
}

export interface Deployed {
  readonly deployment: StoredDeployment
  /** What this check found, also when the deployment was found good before. */
  readonly problems: readonly DeploymentProblem[]
  /** What was live before, when it became live now; undefined when nothing was activated. */
  readonly replaced: string | null | undefined
}

/** Throws ConfigError `deployment_invalid`. A deployment that fails its check is an answer: its summary has the problems. */
export async function deploy(request: DeployRequest, deps: DeployDeps): Promise<Deployed> {
  const content = parsedUpload(request.content)
  const id = contentId(content)
  await storeOnce(id, content, request, deps)
  const { environmentVariables } = await deps.store.directory.catalog()
  const place = await deps.place()
  const { summary, workflows } = await checkContent(
    content,
    new Set(environmentVariables.map(({ key }) => key)),
    place,
  )
  if (place.keep && workflows.length > 0) place.keep(id, workflows, content.settings)
  else for (const { prepared } of workflows) place.sandbox.release(prepared)
  const isReady = summary.problems.length === 0
  return whileUnchanged(async () => {
    // Again, if it was an old one that housekeeping has deleted during the check.
    await storeOnce(id, content, request, deps)
    const found = await stored(id, deps)
    const catalog = await deps.store.directory.catalog()
    const judged = judgement(found, summary, isReady, request, deps)
    const activated =
      isReady && !request.isDraft
        ? activation(id, 'deploy', catalog, deps)
        : { changes: [], previousId: undefined }
    // One audit record for the request, whatever it came to.
    const isAudited = activated.changes.some(({ kind }) => kind === 'append-audit')
    const details = { deployment: id, state: isReady ? 'ready' : 'failed', draft: request.isDraft }
    await deps.store.commit([
      ...judged,
      ...activated.changes,
      ...(isAudited ? [] : [audited(details, deps.by, deps.now())]),
    ])
    return { deployment: await stored(id, deps), problems: summary.problems, replaced: activated.previousId }
  })
}

/** What was good stays good: it may serve a canary or a preview, and the check of today may miss a variable that was there. */
function judgement(
  found: StoredDeployment,
  summary: DeploymentSummary,
  isReady: boolean,
  { isDraft, buildLog }: DeployRequest,
  { now }: Pick<DeployDeps, 'now'>,
): Change[] {
  const state = isReady ? 'ready' : 'failed'
  const { state: before } = found
  if (before === 'ready' && !isReady) return []
  return [
    {
      kind: 'update-deployment',
      deploymentId: found.id,
      set: {
        state,
        checkedAtMs: now(),
        summary: summaryJson(summary),
        isDraft: isDraft && (before !== 'ready' || found.isDraft),
        buildLog,
      },
      expected: { state: before },
    },
  ]
}

async function storeOnce(
  id: string,
  content: DeploymentContent,
  { isDraft, origin, buildLog }: DeployRequest,
  { store, by, now }: DeployDeps,
): Promise<void> {
  if ((await store.deployments.find(id)) !== undefined) return
  const deployment = {
    id,
    createdAtMs: now(),
    checkedAtMs: null,
    author: by.name,
    origin,
    isDraft,
    state: 'processing',
    summary: { requiredVariables: requiredNames(content) },
    buildLog,
  } as const
  try {
    await store.commit([{ kind: 'add-deployment', deployment, content: JSON.stringify(content) }])
  } catch (error) {
    // Another request deploys the same at the same time.
    if (!(error instanceof StoreError) || error.code !== 'store_conflict') throw error
  }
}

async function stored(id: string, { store }: Pick<DeployDeps, 'store'>): Promise<StoredDeployment> {
  const found = await store.deployments.find(id)
  if (found === undefined)
    throw new ConfigError('deployment_not_found', `The deployment ${id} was deleted meanwhile.`)
  return found
}
