// An upload, before anything of it is stored: of the form of a deployment, with files of a project, and with no more beside the code than
// a list of deployments can show. What a deployment that is stored already may hold is contentSchema's alone.
import { posix } from 'node:path'
import type { z } from 'zod'
import { ConfigError } from '../errors/index.ts'
import { contentSchema, type DeploymentContent } from './deployment-content.ts'

/** Warnings and the places of variables are kept in the row that lists read. */
const mostBytesBesideCode = 512 * 1024
const mostTold = 5

/** Throws ConfigError `deployment_invalid`. */
export function parsedUpload(given: unknown): DeploymentContent {
  const parsed = contentSchema.safeParse(given)
  if (!parsed.success) throw invalid(parsed.error.issues.map(issueText), hintOf(parsed.error.issues))
  const problems = [...fileProblems(parsed.data), ...sizeProblems(parsed.data)]
  if (problems.length > 0) throw invalid(problems)
  return parsed.data
}

/** Whether a name is that of a file below the folder of a project, on one line. */
export function isProjectFile(file: string): boolean {
  const isRelative = !posix.isAbsolute(file) && posix.normalize(file) === file && !file.endsWith('/')
  return isRelative && !/^\.\.?(?:\/|$)|[\\\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(file)
}

function fileProblems({ workflows }: DeploymentContent): string[] {
  const names = workflows.map(({ file }) => file)
  return names.flatMap((file, index) => {
    const where = `workflows.${String(index)}.file`
    if (!isProjectFile(file))
      return [
        `${where}: ${JSON.stringify(file.slice(0, 100))} is not the path of a file below the project’s folder, with /`,
      ]
    if (names.indexOf(file) < index) return [`${where}: ${file.slice(0, 100)} is there twice`]
    return []
  })
}

function sizeProblems({ workflows, warnings }: DeploymentContent): string[] {
  const beside = [warnings, workflows.map(({ variables }) => variables)]
  return Buffer.byteLength(JSON.stringify(beside)) > mostBytesBesideCode
    ? [`warnings and variables have more than ${String(mostBytesBesideCode)} bytes together`]
    : []
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`
}

/** A member that is unknown here is one of a later version, or a mistake of who wrote the request. */
function hintOf(issues: readonly z.core.$ZodIssue[]): string | undefined {
  return issues.some(({ code }) => code === 'unrecognized_keys')
    ? 'A newer version of Mintage may have written it.'
    : undefined
}

function invalid(problems: readonly string[], more?: string): ConfigError {
  const text = `The deployment cannot be read: ${problems.slice(0, mostTold).join('; ')}.`
  return new ConfigError('deployment_invalid', more === undefined ? text : `${text} ${more}`)
}
