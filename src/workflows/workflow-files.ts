// Which files of a project are workflows (C§6.9): every *Workflow.ts, .js, .tsx or .jsx below environment/workflows,
// without regard to case. Directories are not entered through symlinks; a file that is a symlink is listed and the
// bundler decides whether it may be read.
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { WorkflowError } from '../errors/index.ts'
import { projectPath } from './project-boundary.ts'
import type { Project } from './project.ts'

export const workflowFile = /workflow\.(?:ts|js|tsx|jsx)$/i
const codeFile = /\.(?:[cm]?[jt]s|[jt]sx)$/i
const noWorkflowByDesign = /\.(?:d|test|spec)\.\w+$/i
const mostNearMisses = 3
/** How far to look for a misplaced workflow; only a hint depends on it. */
const mostFoldersSearched = 500

/** Absolute paths, sorted by code point. Throws WorkflowError `workflows_not_found` without a workflow file. */
export async function discoverWorkflowFiles(project: Project): Promise<readonly string[]> {
  const files = await filesBelow(project.workflowsDir)
  const workflows = files.filter((file) => workflowFile.test(file))
  if (workflows.length === 0) throw await noWorkflows(project, files)
  return workflows
}

/** By its name. */
export function isWorkflow(file: string): boolean {
  return workflowFile.test(file)
}

/** Code, and not a declaration or a test. */
export function isCodeFile(file: string): boolean {
  return codeFile.test(file) && !noWorkflowByDesign.test(file)
}

async function noWorkflows(project: Project, files: readonly string[]): Promise<WorkflowError> {
  const shown = (path: string) => projectPath(project.dir, path)
  const lookedIn = shown(project.workflowsDir)
  const misnamed = files.filter(isCodeFile).slice(0, mostNearMisses)
  if (misnamed.length > 0) {
    const renames = misnamed.map((file) => `${shown(file)} to ${nameAsWorkflow(file)}`).join(', ')
    return new WorkflowError(
      'workflows_not_found',
      `No workflows in ${lookedIn}: the name of a workflow file ends in Workflow.ts, .js, .tsx or .jsx`,
      { hint: `Rename ${renames}.` },
    )
  }
  const misplaced = (await filesBelow(project.dir, mostFoldersSearched))
    .filter((file) => workflowFile.test(file))
    .slice(0, mostNearMisses)
  if (misplaced.length > 0) {
    return new WorkflowError('workflows_not_found', `No workflows in ${lookedIn}`, {
      hint: `Move ${misplaced.map(shown).join(', ')} into ${lookedIn}, or correct "rootDir" in kinde.json.`,
    })
  }
  return new WorkflowError('workflows_not_found', `No workflows in ${lookedIn}`, {
    hint: `Add a file such as ${lookedIn}/tokensWorkflow.ts.`,
  })
}

export function nameAsWorkflow(file: string): string {
  const extension = extname(file)
  const name = basename(file, extension)
  const ending = extension.includes('j') ? '.js' : '.ts'
  return `${name}${/workflow$/i.test(name) ? '' : 'Workflow'}${ending}`
}

/** Files below a folder, without dependencies and hidden folders; none when the folder is missing. */
export async function filesBelow(folder: string, mostFolders = Infinity): Promise<readonly string[]> {
  const found: string[] = []
  const waiting = [folder]
  for (let visited = 0; visited < mostFolders; visited += 1) {
    const current = waiting.shift()
    if (current === undefined) break
    for (const entry of await entriesOf(current)) {
      const path = join(current, entry.name)
      if (!entry.isDirectory()) found.push(path)
      else if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) waiting.push(path)
    }
  }
  return found.toSorted((a, b) => (a < b ? -1 : 1))
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (isMissing) return []
    throw new WorkflowError('workflows_not_found', `the folder ${folder} cannot be read`, {
      hint: 'Check its permissions.',
      cause: error,
    })
  }
}
