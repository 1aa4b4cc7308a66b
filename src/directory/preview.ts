// The password of a preview: a random one that is shown once and kept as its SHA-256. A hash that takes long would protect nothing, because the
// password has 100 random bits and is never chosen by a person. Tries are counted by network address all the same, before they are judged
// (BF-01), so that no flood of them fills the audit log.
import { createHash, timingSafeEqual } from 'node:crypto'
import {
  refusedSignIn,
  type Catalog,
  type Change,
  type DeploymentPreviewRecord,
  type Store,
} from '../store/index.ts'
import type { RandomBytes } from './ids.ts'
import { audited, type OperationDeps } from './operation.ts'
import { admitTry, networkOf, throttleKey, type Throttled } from './throttle.ts'

/** Crockford's, in lower case: no letter looks like another character. 32 of them, so every byte counts five bits. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const groups = 4
const groupLength = 5

export interface PreviewedDeployment {
  readonly id: string
  /** Of its workflows. */
  readonly workflowDeploymentIds: readonly string[]
}

/** Opens a preview, or gives it another password: sign-ins with the old one end at their next refresh. Resolves to the password. */
export async function openPreview(deployment: PreviewedDeployment, deps: OperationDeps): Promise<string> {
  const { password, change } = newPreview(deployment, deps)
  await deps.store.commit([
    // Housekeeping may have deleted it since it was read.
    { kind: 'update-deployment', deploymentId: deployment.id, set: {}, expected: { state: 'ready' } },
    change,
    audited(deps, null, { deployment_id: deployment.id }),
  ])
  return password
}

/** The same as part of another commit. */
function newPreview(
  { id: deploymentId, workflowDeploymentIds }: PreviewedDeployment,
  { random, now }: { readonly random: RandomBytes; readonly now: () => number },
): { readonly password: string; readonly change: Change } {
  const password = newPassword(random)
  const passwordId = Buffer.from(random(9)).toString('base64url')
  const preview: DeploymentPreviewRecord = {
    deploymentId,
    workflowDeploymentIds,
    passwordId,
    passwordHash: hashOf(password).toString('hex'),
    createdAtMs: now(),
  }
  return { password, change: { kind: 'put-deployment-preview', preview } }
}

/** Its sign-ins end: their refreshes get an error, never tokens of the live deployment. */
export async function withdrawPreview(preview: DeploymentPreviewRecord, deps: OperationDeps): Promise<void> {
  await deps.store.commit([
    { kind: 'delete-deployment-preview', deploymentId: preview.deploymentId },
    audited(deps, null, { deployment_id: preview.deploymentId }),
  ])
}

/** By the id of a deployment, or of one of its workflows: the youngest preview when several deployments share that workflow. */
export function previewOf(
  id: string,
  { deploymentPreviews }: Pick<Catalog, 'deploymentPreviews'>,
): DeploymentPreviewRecord | undefined {
  return deploymentPreviews
    .filter(
      ({ deploymentId, workflowDeploymentIds }) => deploymentId === id || workflowDeploymentIds.includes(id),
    )
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0]
}

export interface PreviewTry {
  readonly deploymentId: string
  readonly password: string
  readonly ip: string
  readonly clientId: string
}

export type PreviewTryResult =
  | { readonly kind: 'right'; readonly deploymentId: string; readonly passwordId: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'gone' }
  | Throttled

export interface PreviewTryDeps {
  readonly store: Pick<Store, 'commit' | 'directory' | 'throttles'>
  readonly now: () => number
}

const previewThrottle = { freeTries: 10, hardLimit: 100, forgetAfterMs: 60 * 60_000 }

export async function checkPreviewPassword(
  { deploymentId, password, ip, clientId }: PreviewTry,
  { store, now }: PreviewTryDeps,
): Promise<PreviewTryResult> {
  const preview = previewOf(deploymentId, await store.directory.catalog())
  if (!preview) return { kind: 'gone' }
  const key = throttleKey('preview', networkOf(ip))
  const admission = await admitTry(key, previewThrottle, store.throttles, now())
  if (admission.kind === 'throttled') return admission
  const isRight = timingSafeEqual(hashOf(password), Buffer.from(preview.passwordHash, 'hex'))
  const event = isRight ? 'preview.entered' : refusedSignIn
  const details = { deployment_id: preview.deploymentId, ...(!isRight && { reason: 'preview password' }) }
  await store.commit([
    ...(isRight ? [{ kind: 'refund-try', key } as const] : []),
    { kind: 'append-audit', record: { atMs: now(), event, userId: null, clientId, ip, details } },
  ])
  return isRight
    ? { kind: 'right', deploymentId: preview.deploymentId, passwordId: preview.passwordId }
    : { kind: 'wrong' }
}

function newPassword(random: RandomBytes): string {
  const characters = [...random(groups * groupLength)].map((byte) => alphabet.charAt(byte % alphabet.length))
  return Array.from({ length: groups }, (_, group) =>
    characters.slice(group * groupLength, (group + 1) * groupLength).join(''),
  ).join('-')
}

function hashOf(password: string): Buffer {
  return createHash('sha256').update(password).digest()
}
