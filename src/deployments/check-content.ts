// A deployment judged by the server that is to run it. What the sender claims of its workflows counts for nothing: each manifest is read again by
// running the top level of the code in this server's sandbox, with nothing granted. Problems are values, so that all of them are reported
// at once.
import type { WorkflowError } from '../errors/index.ts'
import type { RunLimits, Sandbox } from '../runtime/index.ts'
import {
  deployBundles,
  type DeploymentOptions,
  type RunSettings,
  type WorkflowDeployment,
} from '../workflows/index.ts'
import type { DeploymentContent } from './deployment-content.ts'
import { readSourceMap } from './source-map.ts'
import type { DeploymentProblem, DeploymentSummary } from './summary.ts'

/** What a server runs workflows with. */
export interface RunPlace {
  readonly sandbox: Sandbox
  readonly reservedClaims: DeploymentOptions['reservedClaims']
  /** The server's own, above which no deployment goes. */
  readonly limits: RunLimits
  /** Refuses workflows that never run: a gate that never runs lets everyone pass. */
  readonly isProduction: boolean
  /** Takes over what a check has prepared, to serve it; it is released when nothing does. */
  readonly keep?: (id: string, workflows: readonly WorkflowDeployment[], settings: RunSettings) => void
}

export interface CheckedContent {
  /** Prepared, for the caller to use or to release; empty when there are problems. */
  readonly workflows: readonly WorkflowDeployment[]
  readonly summary: DeploymentSummary
}

/** `variables`: the names that exist on the server. Rejects with SandboxError. */
export async function checkContent(
  content: DeploymentContent,
  variables: ReadonlySet<string>,
  place: RunPlace,
): Promise<CheckedContent> {
  const built = await preparedContent(content, place)
  const never = built.neverRun.map(problemOf)
  const isRefused = ({ code }: DeploymentProblem) => place.isProduction && code === 'trigger_never_fires'
  const problems = [
    ...built.failures.map(problemOf),
    ...[...content.warnings, ...never].filter(isRefused),
    ...(place.isProduction ? [] : nothingRuns(built)),
    ...tooLarge(content, place),
    ...limitProblems(content.settings, place.limits),
    ...missingVariables(content, variables),
  ]
  const warnings = [
    ...[...content.warnings, ...never].filter((one) => !isRefused(one)),
    ...built.deployments.flatMap(({ ignoredBindings, file }) =>
      ignoredBindings.map(({ binding, reason }) => ({
        code: 'binding_ignored',
        message: `binding "${binding.slice(0, 100)}" ${reason}`,
        at: { file },
      })),
    ),
  ]
  if (problems.length > 0) for (const { prepared } of built.deployments) place.sandbox.release(prepared)
  return {
    workflows: problems.length > 0 ? [] : built.deployments,
    summary: summaryOf(content, built.deployments, problems, warnings),
  }
}

export function summaryOf(
  content: DeploymentContent,
  workflows: readonly WorkflowDeployment[],
  problems: DeploymentProblem[],
  warnings: DeploymentProblem[],
): DeploymentSummary {
  return {
    workflows: workflows.map(({ id, manifest, file }) => ({
      id,
      workflowId: manifest.id,
      name: manifest.name ?? null,
      trigger: manifest.trigger,
      file,
    })),
    requiredVariables: requiredNames(content),
    problems,
    warnings,
    contentBytes: content.workflows.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0),
  }
}

/** Without judging what surrounds it: for content that was checked before. Rejects with SandboxError. */
export function preparedContent({ workflows, settings }: DeploymentContent, place: RunPlace) {
  const bundles = workflows.map(({ file, code, sourceMap }) => ({
    code,
    sourceMap: JSON.stringify(readSourceMap(sourceMap)),
    folder: '',
    entry: file,
    inputs: [file],
    warnings: [],
  }))
  const { strictBindings, secureFetchEncoding } = settings
  const { reservedClaims, sandbox } = place
  return deployBundles(bundles, sandbox, { reservedClaims, strictBindings, secureFetchEncoding })
}

/** What the runs of a deployment may use here: never more than the server allows, which may have been configured anew since the check. */
export function allowedLimits(settings: RunSettings, ofServer: RunLimits): RunLimits {
  const bounded = Object.entries(ofServer).map(([name, most]): [string, number] => {
    const wanted = settings.limits[name as keyof RunLimits]
    return [name, wanted === undefined ? most : Math.min(wanted, Number(most))]
  })
  // It has the keys of the limits that it was made from.
  return Object.fromEntries(bounded) as unknown as RunLimits
}

export function requiredNames({ workflows }: DeploymentContent): string[] {
  return [...new Set(workflows.flatMap(({ variables }) => variables.map(({ name }) => name)))].toSorted()
}

function problemOf({ code, message, at, hint }: WorkflowError): DeploymentProblem {
  return { code, message, ...(at && { at: { ...at } }), ...(hint !== undefined && { hint }) }
}

/** Live, it would take the place of workflows that run. In production each of its workflows is a problem already. */
function nothingRuns({
  deployments,
  failures,
}: Awaited<ReturnType<typeof preparedContent>>): DeploymentProblem[] {
  if (deployments.length > 0 || failures.length > 0) return []
  return [
    {
      code: 'workflows_not_found',
      message: 'No workflow of this deployment would ever run.',
      hint: 'Deploy a project with a workflow of a trigger that Mintage fires.',
    },
  ]
}

function tooLarge({ workflows }: DeploymentContent, { limits }: RunPlace): DeploymentProblem[] {
  return workflows.flatMap(({ file, code }) => {
    const bytes = Buffer.byteLength(code)
    if (bytes <= limits.bundleBytes) return []
    const message = `The bundle of ${file} has ${bytes} bytes; this server takes ${limits.bundleBytes}.`
    return [{ code: 'bundle_too_large', message, at: { file } }]
  })
}

function limitProblems(settings: RunSettings, ofServer: RunLimits): DeploymentProblem[] {
  return Object.entries(settings.limits).flatMap(([name, wanted]) => {
    const most = ofServer[name as keyof RunLimits]
    if (wanted === undefined || wanted <= most) return []
    return [
      {
        code: 'limit_exceeded',
        message: `settings.limits.${name} is ${wanted}, and this server allows ${most}.`,
        hint: `Lower it, or raise it in the mintage.yaml of the server.`,
      },
    ]
  })
}

function missingVariables(
  { workflows }: DeploymentContent,
  variables: ReadonlySet<string>,
): DeploymentProblem[] {
  const missing = workflows
    .flatMap((workflow) => workflow.variables)
    .filter(
      ({ name }, index, all) => !variables.has(name) && all.findIndex((one) => one.name === name) === index,
    )
  return missing.map(({ name, at: { file, line, column } }) => ({
    code: 'variable_missing',
    message: `The environment variable ${name} does not exist on this server.`,
    at: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
    hint: `Add ${name} under environmentVariables in mintage.yaml or by the management API, or write ?? behind the read.`,
  }))
}
