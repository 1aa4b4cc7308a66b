// From a workflow file to a deployment: bundle → inspect in the sandbox → manifest → bindings → memory image. Immutable
// once built; its id is a hash of everything that made it. Runs none of the author's code outside the sandbox.
import { createHash } from 'node:crypto'
import { WorkflowError } from '../errors/index.ts'
import type {
  DeploymentSource,
  GuestError,
  ModuleExports,
  PreparedDeployment,
  RunLimits,
  Sandbox,
} from '../runtime/index.ts'
import { mountedBindings, type IgnoredBinding } from './binding.ts'
import { bundleWorkflow, type Bundle, type BuildWarning, type BundleOptions } from './bundle.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { printable } from './printable.ts'
import { topLevelError } from './top-level-error.ts'

export interface DeploymentOptions extends BundleOptions {
  /** For each token, the claims that no workflow may set (tokens/reserved-claims.ts). */
  readonly reservedClaims: DeploymentSource['reservedClaims']
  readonly secureFetchEncoding?: DeploymentSource['secureFetchEncoding']
  /** Mount only the declared bindings. */
  readonly strictBindings?: boolean
}

/** A workflow that has been read and checked, but has no image. */
export interface ReadWorkflow {
  /** As its project knows it: relative to `bundle.folder`. */
  readonly file: string
  readonly manifest: Manifest
  readonly bundle: Bundle
}

export interface WorkflowDeployment extends ReadWorkflow {
  /** `wfd_…`: Kinde's parameter `workflow_deployment_id` names one. */
  readonly id: string
  readonly prepared: PreparedDeployment
  readonly ignoredBindings: readonly IgnoredBinding[]
  /** What the author should look at, though it stops nothing: esbuild's warnings and the ignored bindings. */
  readonly warnings: readonly BuildWarning[]
}

/** What of a project's settings shapes its runs. Where a workflow may call is the server's own policy and not among it. */
export interface RunSettings {
  /** Those that differ from the defaults. */
  readonly limits: { readonly [Name in keyof RunLimits]?: number | undefined }
  readonly strictClaims: boolean
  readonly strictBindings: boolean
  readonly secureFetchEncoding: DeploymentSource['secureFetchEncoding']
}

const defaultRunSettings: RunSettings = {
  limits: {},
  strictClaims: false,
  strictBindings: false,
  secureFetchEncoding: 'base64url',
}

/** What serves a trigger: a deployment of a project, and its workflows for that trigger in the order in which they run. */
export interface ServingDeployment {
  /** `dep_…` */
  readonly id: string
  readonly workflows: readonly [WorkflowDeployment, ...WorkflowDeployment[]]
  /** Of the deployment; those of the server hold for one that has none. */
  readonly rules?: { readonly limits: RunLimits; readonly isStrict: boolean }
}

/** Throws WorkflowError for what the author can fix, SandboxError for everything else. */
export async function buildDeployment(
  file: string,
  sandbox: Sandbox,
  options: DeploymentOptions,
): Promise<WorkflowDeployment> {
  return prepareDeployment(await readWorkflow(file, sandbox, options), sandbox, options)
}

/** Bundles a file and reads its manifest, by running its top level in the sandbox with nothing granted. */
export async function readWorkflow(
  file: string,
  sandbox: Sandbox,
  options: BundleOptions,
): Promise<ReadWorkflow> {
  return readBundle(await bundleWorkflow(file, options), sandbox)
}

export async function readBundle(bundle: Bundle, sandbox: Sandbox): Promise<ReadWorkflow> {
  const exports: ModuleExports = await sandbox.inspect(bundle.code)
  return { file: bundle.entry, manifest: readManifest(exports, bundle), bundle }
}

export async function prepareDeployment(
  workflow: ReadWorkflow,
  sandbox: Sandbox,
  options: DeploymentOptions,
): Promise<WorkflowDeployment> {
  const { file, manifest, bundle } = workflow
  const { strictBindings = false, secureFetchEncoding = 'base64url', reservedClaims } = options
  const declared = Object.keys(manifest.bindings)
  const { mounted, ignored } = mountedBindings(declared, manifest.trigger, { strictBindings })
  const source = { code: bundle.code, bindings: mounted, reservedClaims, secureFetchEncoding }
  const prepared = await sandbox.prepare(source).catch((error: unknown) => {
    throw atItsSource(error, bundle)
  })
  return {
    id: workflowDeploymentId(file, manifest, prepared),
    file,
    manifest,
    bundle,
    prepared,
    ignoredBindings: ignored,
    warnings: [
      ...bundle.warnings,
      ...ignored.map(({ binding, reason }) => ({
        text: `binding "${printable(binding, 100)}" ${reason}`,
        at: { file },
      })),
    ],
  }
}

/** The sandbox knows only positions in the bundle; it hands over what the guest threw as the error's cause. */
function atItsSource(error: unknown, bundle: Bundle): unknown {
  if (!(error instanceof WorkflowError) || error.code !== 'top_level_threw') return error
  return topLevelError(thrownBy(error), `${bundle.entry}: ${error.message}`, bundle, error)
}

function thrownBy({ cause, message }: WorkflowError): Pick<GuestError, 'message' | 'stack'> {
  const { message: said, stack } = Object(cause) as { readonly message?: unknown; readonly stack?: unknown }
  return {
    message: typeof said === 'string' ? said : message,
    stack: typeof stack === 'string' ? stack : '',
  }
}

function workflowDeploymentId(file: string, manifest: Manifest, prepared: PreparedDeployment): string {
  // Field by field: a manifest that comes out of a recording has the same values in another order.
  const { id, trigger, name = null, order = null, failurePolicy, bindings } = manifest
  const resets = Object.keys(bindings).filter((key) => bindings[key]?.['resetClaims'] === true)
  const { action, fallback, maxAgeSeconds } = failurePolicy
  const policy = fallback === undefined ? action : [action, fallback, maxAgeSeconds]
  const identity = [file, id, trigger, name, order, policy, resets.toSorted(), prepared.id]
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
  return `wfd_${hash.slice(0, 24)}`
}

/** The workflows of a project that serve a trigger, in the order in which they run; undefined when it has none. */
export function workflowsOfTrigger(
  workflows: readonly WorkflowDeployment[],
  trigger: string,
): ServingDeployment['workflows'] | undefined {
  const [first, ...others] = workflows
    .filter(({ manifest }) => manifest.trigger === trigger)
    // Several workflows of one trigger have an order each, which the build has checked.
    .toSorted((one, other) => (one.manifest.order ?? 0) - (other.manifest.order ?? 0))
  return first && [first, ...others]
}

/**
 * Of a whole project: a hash of what runs and how, whatever the order of its workflows. Neither the version of Mintage nor a source map is
 * part of it, so the same project is the same deployment on every machine.
 */
export function deploymentId(
  workflows: readonly { readonly file: string; readonly bundle: Pick<Bundle, 'code'> }[],
  { limits, strictClaims, strictBindings, secureFetchEncoding }: RunSettings = defaultRunSettings,
): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const code = workflows.map(({ file, bundle }) => `${file} ${sha256(bundle.code)}`).toSorted()
  const set = Object.entries(limits)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`)
    .toSorted()
  const identity = [1, code, set, strictClaims, strictBindings, secureFetchEncoding]
  return `dep_${sha256(JSON.stringify(identity)).slice(0, 24)}`
}
