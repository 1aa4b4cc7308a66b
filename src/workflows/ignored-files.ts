// Files that look like workflows and are not taken as one, because of their name or their folder. Kinde ignores them silently, and
// a check in such a file would never happen.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkflowError } from '../errors/index.ts'
import { projectPath } from './project-boundary.ts'
import type { Project } from './project.ts'
import { filesBelow, isCodeFile, nameAsWorkflow, workflowFile } from './workflow-files.ts'

const mostFoldersSearched = 500
const largestFileBytes = 1024 * 1024
/** A look at the text, not a parser: a warning is all that depends on it. */
const settingsExport =
  /\bexport\s+(?:const|let|var)\s+workflowSettings\b|\bexports\.workflowSettings\s*=|\bexport\s*\{[^{}]{0,500}\bworkflowSettings\b/

/** A reason for each; `imported` are the files that workflows import, relative to the project: those are not ignored. */
export async function ignoredFiles(
  project: Project,
  imported: ReadonlySet<string>,
): Promise<readonly WorkflowError[]> {
  const ignored: WorkflowError[] = []
  for (const file of await candidates(project)) {
    const shown = projectPath(project.dir, file)
    if (!imported.has(shown) && (await exportsSettings(file))) ignored.push(reason(project, file, shown))
  }
  return ignored
}

async function candidates({ dir, rootDir, workflowsDir }: Project): Promise<readonly string[]> {
  const misnamed = (await filesBelow(workflowsDir)).filter(
    (file) => isCodeFile(file) && !workflowFile.test(file),
  )
  const root = join(dir, rootDir)
  // Then it also holds what a build of the project made of its workflows.
  if (root === dir) return misnamed
  const isInWorkflowsDir = (file: string) => file.startsWith(`${workflowsDir}/`)
  const misplaced = (await filesBelow(root, mostFoldersSearched)).filter(
    (file) => workflowFile.test(file) && isCodeFile(file) && !isInWorkflowsDir(file),
  )
  return [...misnamed, ...misplaced]
}

async function exportsSettings(file: string): Promise<boolean> {
  try {
    const info = await stat(file)
    if (!info.isFile() || info.size > largestFileBytes) return false
    return settingsExport.test(await readFile(file, 'utf8'))
  } catch {
    // It went away, or cannot be read: the build says so if it matters.
    return false
  }
}

function reason({ dir, workflowsDir }: Project, file: string, shown: string): WorkflowError {
  const folder = projectPath(dir, workflowsDir)
  const isMisplaced = workflowFile.test(file)
  return new WorkflowError(
    'workflow_file_ignored',
    isMisplaced
      ? `${shown} exports workflowSettings and never runs: workflows are looked for in ${folder} only`
      : `${shown} exports workflowSettings and never runs: the name of a workflow file ends in Workflow.ts, .js, .tsx or .jsx`,
    {
      at: { file: shown },
      hint: isMisplaced ? `Move it into ${folder}.` : `Rename it to ${nameAsWorkflow(file)}.`,
    },
  )
}
