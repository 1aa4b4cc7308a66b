// The files of a project that go with it when it moves.
import { lstat, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { SourceFile } from '../deployments/index.ts'
import { WorkflowError } from '../errors/index.ts'
import { bundleWorkflow, discoverWorkflowFiles, filesBelow, findProject } from '../workflows/index.ts'

const projectFileNames = ['kinde.json', 'package.json', 'package-lock.json', 'tsconfig.json']

export async function projectFiles(dir: string): Promise<readonly SourceFile[]> {
  return filesOf(
    dir,
    projectFileNames.map((name) => join(dir, name)),
  )
}

/** Of the folder that kinde.json names, and what its workflows import from elsewhere in the project. Throws WorkflowError `project_invalid`. */
export async function workflowFiles(dir: string): Promise<readonly SourceFile[]> {
  const project = await findProject(dir)
  const own = await filesBelow(join(dir, project.rootDir))
  const imported = await importedFiles(project)
  return filesOf(dir, [...new Set([...own, ...imported.map((file) => join(dir, file))])])
}

/** None of a project that does not build: its own files are all that is known then. */
async function importedFiles(project: Awaited<ReturnType<typeof findProject>>): Promise<readonly string[]> {
  try {
    const inputs: string[] = []
    for (const file of await discoverWorkflowFiles(project))
      inputs.push(...(await bundleWorkflow(file, { project })).inputs)
    return inputs.filter((file) => !/(?:^|\/)(?:node_modules|\.\.)\//.test(file))
  } catch (error) {
    if (error instanceof WorkflowError) return []
    throw error
  }
}

/** Those that exist. A symlink is not followed: it may lead out of the project. */
async function filesOf(dir: string, paths: readonly string[]): Promise<readonly SourceFile[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const isFile = await lstat(path).then(
        (found) => found.isFile(),
        () => false,
      )
      return isFile
        ? [{ file: relative(dir, path).replaceAll(sep, '/'), text: await readFile(path, 'utf8') }]
        : []
    }),
  )
  return files.flat()
}
