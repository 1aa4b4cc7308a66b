// From a workflow file to a deployment: bundle → inspect in the sandbox → manifest → bindings → memory image. Immutable
// once built; its id is a hash of everything that made it. Runs none of the author's code outside the sandbox.
import { createHash } from 'node:crypto'
import { WorkflowError } from '../errors/index.ts'
import type {
  DeploymentSource,
  GuestError,
  ModuleExports,
  PreparedDeployment,
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
  /** Mount the declared bindings alone. */
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

/** What serves a trigger: a deployment of a project, and its workflows for that trigger in the order in which they run. */
export interface ServingDeployment {
  /** `dep_…` */
  readonly id: string
  readonly workflows: readonly [WorkflowDeployment, ...WorkflowDeployment[]]
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
  const bundle = await bundleWorkflow(file, options)
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

/** The sandbox knows positions in the bundle alone; it hands over what the guest threw as the error's cause. */
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
  const { id, trigger, name = null, failurePolicy } = manifest
  const identity = [file, id, trigger, name, failurePolicy.action, prepared.id]
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
  return `wfd_${hash.slice(0, 24)}`
}

/** Of a whole project: a hash of the workflows that it is made of, whatever their order. */
export function deploymentId(workflows: readonly Pick<WorkflowDeployment, 'id'>[]): string {
  const ids = workflows.map(({ id }) => id).toSorted()
  return `dep_${createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 24)}`
}
