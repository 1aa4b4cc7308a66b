// A project built here and sent to a server, or to the database beside this process. What is wrong with it is shown.
import type { z } from 'zod'
import { readProjectRunSettings, runSettings } from '../app/index.ts'
import { contentOfBuild } from '../deployments/index.ts'
import { formatLocation, type WorkflowError } from '../errors/index.ts'
import { mintageOperations } from '../management/index.ts'
import { openSandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import {
  buildProject,
  checkTypes,
  findProject,
  typeFailures,
  type ProjectBuild,
  type RunSettings,
  type TypeCheck,
} from '../workflows/index.ts'
import { errorText, sentLocation } from './error-text.ts'
import type { ManagementClient } from './management-client.ts'
import { printable, type Output } from './output.ts'
import { readSourceLine } from './source-line.ts'
import { typeProblemsText, type TypesMode } from './type-problems.ts'

interface Problem {
  readonly code: string
  readonly message: string
  readonly at?:
    | { readonly file: string; readonly line?: number | undefined; readonly column?: number | undefined }
    | undefined
  readonly hint?: string | undefined
}

export type UploadAnswer = z.output<(typeof mintageOperations.createDeployment)['answer']>

interface UploadOptions {
  readonly isJson: boolean
  readonly types: TypesMode
  readonly output: Output
  readonly client: ManagementClient
}

export interface BuiltUpload {
  /** Can be sent again: the same content is the same deployment. */
  send(options: { readonly isDraft: boolean }): Promise<UploadAnswer | undefined>
}

/** Undefined when it does not build; that has been shown, also by `send`. Throws AppError. */
export async function buildUpload(
  dir: string,
  { isJson, types, output, client }: UploadOptions,
): Promise<BuiltUpload | undefined> {
  const project = await findProject(dir)
  const settings = runSettings(await readProjectRunSettings(project.dir))
  const buildLog: string[] = []
  const progress = (text: string) => {
    buildLog.push(text)
    if (!isJson) output.printError(printable(text))
  }
  progress(`Building ${project.dir}`)
  const build = await built(project, settings)
  if (build.failures.length > 0) {
    await buildFailed(build.failures, project.dir, isJson, output)
    return undefined
  }
  const content = await contentOfBuild(build, settings)
  const check = types === 'off' ? undefined : await checkTypes(project.dir, build.deployments)
  if (check !== undefined && types === 'strict') {
    const failures = typeFailures(check)
    if (failures.length > 0) {
      await buildFailed(failures, project.dir, isJson, output)
      return undefined
    }
  }
  const { warnings } = content
  for (const { manifest, file, bundle } of build.deployments)
    progress(`  ${manifest.id}  ${manifest.trigger}  ${file}  ${Buffer.byteLength(bundle.code)} bytes`)
  for (const warning of warnings) progress(`  warning: ${problemText(warning)}`)
  if (check !== undefined) showTypes(check, buildLog, output)
  progress(`Uploading to ${client.where}`)
  return {
    async send({ isDraft }) {
      const body = {
        deployment: content,
        is_draft: isDraft,
        build_log: buildLog.join('\n').slice(0, 60_000),
      }
      const answer = await client.call(mintageOperations.createDeployment, { body })
      const { deployment, problems } = answer
      if (problems.length > 0) {
        if (isJson) output.print(JSON.stringify(answer, null, 2))
        else await showProblems(problems, project.dir, client.where, output)
        return undefined
      }
      if (isDraft && !isJson)
        for (const warning of deployment.warnings.filter(
          (one) => !warnings.some(({ message }) => message === one.message),
        ))
          output.printError(printable(`  warning: ${problemText(warning)}`))
      return answer
    },
  }
}

async function built(
  project: Awaited<ReturnType<typeof findProject>>,
  { strictBindings, secureFetchEncoding, limits }: RunSettings,
): Promise<ProjectBuild> {
  const sandbox = await openSandbox({ threads: 1 })
  try {
    const { bundleBytes } = limits
    return await buildProject(project, sandbox, {
      reservedClaims,
      strictBindings,
      secureFetchEncoding,
      ...(bundleBytes !== undefined && { bundleBytes }),
    })
  } finally {
    await sandbox.close()
  }
}

/** In the build log as well, and not among the warnings of the deployment, whose content must not depend on where it is built. */
function showTypes(check: TypeCheck, buildLog: string[], output: Output): void {
  const text = typeProblemsText(check, output.styleError)
  if (text !== '') output.printError(text)
  if (check.kind === 'checked')
    buildLog.push(
      ...check.problems.map(
        ({ code, message, at }) =>
          `  type error: ${problemText({ code, message: `${code}: ${message}`, at })}`,
      ),
    )
}

async function buildFailed(
  failures: readonly WorkflowError[],
  dir: string,
  isJson: boolean,
  output: Output,
): Promise<void> {
  if (isJson) {
    const problems = failures.map(({ code, message, at, hint }) => ({ code, message, at, hint }))
    output.print(JSON.stringify({ problems, is_activated: false }, null, 2))
    return
  }
  for (const failure of failures)
    output.printError(errorText(failure, await readSourceLine(failure.at, dir), output.styleError))
  output.printError('Nothing was uploaded.')
}

/** As the errors of a build are shown: they are about the same files. */
async function showProblems(
  problems: readonly Problem[],
  dir: string,
  where: string,
  output: Output,
): Promise<void> {
  for (const { code, message, at, hint } of problems) {
    const location = sentLocation(at)
    const shown = { code, message, ...(location && { at: location }), ...(hint !== undefined && { hint }) }
    output.printError(errorText(shown, await readSourceLine(location, dir), output.styleError))
  }
  output.printError(`${where} refused the deployment. What was live still is.`)
}

function problemText({ message, at }: Problem): string {
  const location = sentLocation(at)
  return location === undefined ? message : `${message} (${formatLocation(location)})`
}
