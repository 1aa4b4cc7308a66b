// `mintage deploy`: builds the project here, uploads it, and says what the server made of it.
import { readProjectRunSettings, runSettings } from '../app/index.ts'
import { contentOf } from '../deployments/index.ts'
import { formatLocation, WorkflowError } from '../errors/index.ts'
import { mintageOperations } from '../management/index.ts'
import { openSandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { buildProject, findProject, type ProjectBuild, type RunSettings } from '../workflows/index.ts'
import { folderIsServed } from './activate.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { errorText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { managementOptions, openManagementClient, type ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'
import { previewText } from './preview.ts'
import { readSourceLine } from './source-line.ts'

export const deployCommand: Command = {
  name: 'deploy',
  summary: 'Build the project and make it what a running server runs.',
  operands: '[DIR] [options]',
  maxOperands: 1,
  options: [
    {
      name: 'draft',
      summary: 'Upload and check, leave what is live as it is, and open a preview with a password.',
    },
    { name: 'json', summary: 'Print one JSON document.' },
    ...managementOptions,
  ],
  examples: [
    'mintage deploy --to https://id.example.com',
    'mintage deploy ./project --to https://id.example.com --draft',
    'mintage deploy',
  ],
  run,
}

interface Problem {
  readonly code: string
  readonly message: string
  readonly at?:
    | { readonly file: string; readonly line?: number | undefined; readonly column?: number | undefined }
    | undefined
  readonly hint?: string | undefined
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const isJson = given.has('json')
  const project = await findProject(given.operands[0] ?? given.value('project') ?? '.')
  const settings = runSettings(await readProjectRunSettings(project.dir))
  const client = await openManagementClient(given)
  const buildLog: string[] = []
  const progress = (text: string) => {
    buildLog.push(text)
    if (!isJson) output.printError(printable(text))
  }
  try {
    progress(`Building ${project.dir}`)
    const build = await built(project, settings)
    if (build.failures.length > 0) return await buildFailed(build.failures, project.dir, isJson, output)
    const warnings = warningsOf(build)
    for (const { manifest, file, bundle } of build.deployments)
      progress(`  ${manifest.id}  ${manifest.trigger}  ${file}  ${Buffer.byteLength(bundle.code)} bytes`)
    for (const warning of warnings) progress(`  warning: ${problemText(warning)}`)
    const content = await contentOf(build.deployments, settings, warnings)
    progress(`Uploading to ${client.where}`)
    const answer = await client.call(mintageOperations.createDeployment, {
      body: {
        deployment: content,
        is_draft: given.has('draft'),
        build_log: buildLog.join('\n').slice(0, 60_000),
      },
    })
    const { deployment, problems, is_activated: isActivated, previous_deployment_id: previous } = answer
    const isPreviewed = given.has('draft') && problems.length === 0 && deployment.status !== 'Live'
    const preview = isPreviewed ? await previewOf(deployment.id, client) : undefined
    if (isJson) output.print(JSON.stringify({ ...answer, ...(preview && { preview }) }, null, 2))
    if (problems.length > 0) {
      if (!isJson) await showProblems(problems, project.dir, client.where, output)
      return exitCodes.build
    }
    if (isJson) return exitCodes.ok
    for (const warning of deployment.warnings.filter(
      (one) => !warnings.some(({ message }) => message === one.message),
    ))
      output.printError(printable(`  warning: ${problemText(warning)}`))
    output.print(
      resultText(deployment.id, {
        isActivated,
        previous,
        isDraft: given.has('draft'),
        status: deployment.status,
      }),
    )
    if (preview) output.print(previewText(preview))
    if (!answer.is_followed) output.printError(folderIsServed)
    return exitCodes.ok
  } finally {
    await client.close()
  }
}

/** A draft is there to be looked at: its preview is open from the start. */
function previewOf(id: string, client: ManagementClient) {
  return client.call(mintageOperations.openPreview, {
    path: { deployment_id: id },
    body: { is_renewed: false },
  })
}

async function built(
  project: Awaited<ReturnType<typeof findProject>>,
  { strictBindings, secureFetchEncoding, limits }: RunSettings,
): Promise<ProjectBuild> {
  const sandbox = await openSandbox({ threads: 1 })
  try {
    const { bundleBytes } = limits
    const build = await buildProject(project, sandbox, {
      reservedClaims,
      strictBindings,
      secureFetchEncoding,
      ...(bundleBytes !== undefined && { bundleBytes }),
    })
    if (build.failures.length > 0 || build.deployments.length > 0) return build
    const [reason] = build.neverRun
    throw new WorkflowError(
      'workflows_not_found',
      'No workflow of this project would ever run, so there is nothing to deploy.',
      {
        ...(reason?.at && { at: reason.at }),
        ...(reason?.hint !== undefined && { hint: reason.hint }),
      },
    )
  } finally {
    await sandbox.close()
  }
}

function warningsOf({ deployments, neverRun }: ProjectBuild) {
  return [
    ...neverRun.map(({ code, message, at, hint }) => ({
      code,
      message,
      ...(at && { at: { ...at } }),
      ...(hint !== undefined && { hint }),
    })),
    ...deployments.flatMap(({ bundle }) =>
      bundle.warnings.map(({ text, at }) => ({
        code: 'build_warning',
        message: text,
        ...(at && { at: { ...at } }),
      })),
    ),
  ]
}

async function buildFailed(
  failures: readonly WorkflowError[],
  dir: string,
  isJson: boolean,
  output: Output,
): Promise<ExitCode> {
  if (isJson) {
    const problems = failures.map(({ code, message, at, hint }) => ({ code, message, at, hint }))
    output.print(JSON.stringify({ problems, is_activated: false }, null, 2))
    return exitCodes.build
  }
  for (const failure of failures)
    output.printError(errorText(failure, await readSourceLine(failure.at, dir), output.styleError))
  output.printError('Nothing was uploaded.')
  return exitCodes.build
}

/** As the errors of a build are shown: they are about the same files. */
async function showProblems(
  problems: readonly Problem[],
  dir: string,
  where: string,
  output: Output,
): Promise<void> {
  for (const { code, message, at, hint } of problems) {
    const location = at && {
      file: at.file,
      ...(at.line !== undefined && { line: at.line }),
      ...(at.column !== undefined && { column: at.column }),
    }
    const shown = { code, message, ...(location && { at: location }), ...(hint !== undefined && { hint }) }
    output.printError(errorText(shown, await readSourceLine(location, dir), output.styleError))
  }
  output.printError(`${where} refused the deployment. What was live still is.`)
}

function problemText({ message, at }: Problem): string {
  if (at === undefined) return message
  const { file, line, column } = at
  return `${message} (${formatLocation({ file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) })})`
}

interface Result {
  readonly isActivated: boolean
  readonly previous: string | null
  readonly isDraft: boolean
  readonly status: string
}

function resultText(id: string, { isActivated, previous, isDraft, status }: Result): string {
  if (!isActivated)
    return isDraft
      ? `${id} is stored (${status}) and was not activated. mintage activate ${id} makes it live.`
      : `${id} is ${status}.`
  if (previous === id) return `${id} was live already: nothing changed.`
  return previous === null
    ? `${id} is live.`
    : `${id} is live. Before it was ${previous}; mintage rollback goes back.`
}
