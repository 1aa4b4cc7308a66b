// A project that was built, as the content of a deployment: from the command line and from a git repository alike.
import { WorkflowError } from '../errors/index.ts'
import type { ProjectBuild, RunSettings } from '../workflows/index.ts'
import { contentOf, type DeploymentContent } from './deployment-content.ts'
import type { DeploymentProblem } from './summary.ts'

/** `build`: without failures. Rejects with WorkflowError `workflows_not_found` when nothing of it would ever run. */
export async function contentOfBuild(build: ProjectBuild, settings: RunSettings): Promise<DeploymentContent> {
  if (build.deployments.length === 0) {
    const [reason] = build.neverRun
    throw new WorkflowError(
      'workflows_not_found',
      'No workflow of this project would ever run, so there is nothing to deploy.',
      {
        ...(reason?.at && { at: reason.at }),
        ...(reason?.hint !== undefined && { hint: reason.hint }),
      },
    )
  }
  return contentOf(build.deployments, settings, warningsOf(build).slice(0, mostWarnings))
}

/** What a server takes of them is bounded (parse-upload.ts), and an author reads fewer. */
const mostWarnings = 200
const longestWarning = 1_000

function warningsOf({ deployments, neverRun }: ProjectBuild): DeploymentProblem[] {
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
        message: text.slice(0, longestWarning),
        ...(at && { at: { ...at } }),
      })),
    ),
  ]
}
