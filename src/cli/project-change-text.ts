// What `mintage dev` says when the project was edited.
import { MintageFileError } from '../config/index.ts'
import { planText } from '../directory/index.ts'
import type { ProjectChange } from '../app/index.ts'
import { deploymentWarnings } from './deployment-warnings.ts'
import { errorText, warningText } from './error-text.ts'
import { fileProblemsText } from './file-problems-text.ts'
import { printable, type Output } from './output.ts'

/** Undefined when there is nothing to tell. */
export function projectChangeText(change: ProjectChange, output: Output): string | undefined {
  switch (change.kind) {
    case 'built': {
      const warnings = change.status.deployments.flatMap(deploymentWarnings).map((text) => `warning: ${text}`)
      return [
        output.style('green', printable(liveText(change))),
        ...warnings.map((text) => output.style('yellow', printable(text))),
        ...change.status.neverRun.map((reason) => warningText(reason, output.style)),
      ].join('\n')
    }
    case 'unchanged':
      return undefined
    case 'build-failed': {
      const errors = change.status.failures.map((failure) => errorText(failure, undefined, output.style))
      const { id = 'no workflow' } = change.status
      return [...errors, output.style('yellow', `still live: ${id}`)].join('\n')
    }
    case 'applied': {
      const steps = change.plan.steps.length === 0 ? [] : [printable(planText(change.plan))]
      const restart = change.needsRestart ? ['restart to apply the settings of mintage.yaml'] : []
      const lines = [...steps, ...restart]
      return lines.length === 0 ? undefined : output.style('green', ['mintage.yaml', ...lines].join('\n'))
    }
    case 'not-applied':
      return change.error instanceof MintageFileError
        ? fileProblemsText(change.error, output.style)
        : errorText(change.error, undefined, output.style)
  }
}

function liveText({ status }: Extract<ProjectChange, { kind: 'built' }>): string {
  if (status.noWorkflows) return `no workflow is live: ${status.noWorkflows.message}`
  if (status.deployments.length === 0) return 'no workflow is live'
  const id = String(status.id)
  return status.deployments
    .map(({ file, manifest: { order } }) =>
      order === undefined ? `live: ${file}  ${id}` : `live: ${file} (order ${order})  ${id}`,
    )
    .join('\n')
}
