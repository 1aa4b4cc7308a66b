// A project that a command names beside the one that serves, such as the next version: read, built in a sandbox of this process, and
// never served.
import { join } from 'node:path'
import { hasProjectFile, projectFileName, runLimits } from '../app/index.ts'
import { parseMintageYaml, readMintageFile, type MintageFile } from '../config/index.ts'
import type { Sandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { openLiveProject, type LiveProject } from '../workflows/index.ts'
import { errorText } from './error-text.ts'
import type { Output } from './output.ts'
import { readSourceLine } from './source-line.ts'

/** A project without mintage.yaml has the default settings. */
export function readGivenFile(dir: string): Promise<MintageFile> {
  const path = join(dir, projectFileName)
  return hasProjectFile(dir) ? readMintageFile(path) : Promise.resolve(parseMintageYaml('{}', path))
}

/** Undefined when it does not build; each reason has been printed then. Throws WorkflowError `project_not_found`. */
export async function buildGivenProject(
  dir: string,
  { settings }: MintageFile,
  sandbox: Sandbox,
  output: Output,
): Promise<LiveProject | undefined> {
  const project = await openLiveProject(dir, sandbox, {
    reservedClaims,
    strictBindings: settings.strictBindings,
    secureFetchEncoding: settings.secureFetch.encoding,
    bundleBytes: runLimits(settings.limits).bundleBytes,
  })
  const { failures } = project.status()
  for (const failure of failures)
    output.printError(errorText(failure, await readSourceLine(failure.at, dir), output.styleError))
  return failures.length === 0 ? project : undefined
}
