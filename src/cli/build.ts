// `mintage build`: finds the project, builds all of its workflows, and tells what would be deployed or what is wrong.
import type { WorkflowError } from '../errors/index.ts'
import { openSandbox } from '../runtime/index.ts'
import { reservedClaims } from '../tokens/index.ts'
import { buildProject, deploymentId, findProject, type WorkflowDeployment } from '../workflows/index.ts'
import type { CommandArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { deploymentWarnings } from './deployment-warnings.ts'
import { errorText, warningText } from './error-text.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { readSourceLine } from './source-line.ts'
import { givenTypesMode, reportTypes, typesOptions } from './type-problems.ts'

export const buildCommand: Command = {
  name: 'build',
  summary: 'Build every workflow of the project and show what would be deployed.',
  operands: '[DIR] [options]',
  maxOperands: 1,
  options: [
    { name: 'strict-bindings', summary: 'Mount only the declared bindings, as Kinde’s own runtime does.' },
    { name: 'project', value: 'DIR', summary: 'Same as DIR.' },
    ...typesOptions,
  ],
  examples: ['mintage build', 'mintage build examples/demo'],
  run,
}

async function run(given: CommandArguments, output: Output): Promise<ExitCode> {
  const types = givenTypesMode(buildCommand, given)
  const project = await findProject(given.operands[0] ?? given.value('project') ?? '.')
  const sandbox = await openSandbox({ threads: 1 })
  try {
    const strictBindings = given.has('strict-bindings')
    const { deployments, neverRun, failures } = await buildProject(project, sandbox, {
      reservedClaims,
      strictBindings,
    })
    for (const failure of failures) await showFailure(failure, project.dir, output)
    if (failures.length > 0) return exitCodes.build
    for (const reason of neverRun) output.printError(warningText(reason, output.styleError))
    await reportTypes(project.dir, deployments, types, output)
    output.print(
      deployments.length === 0
        ? 'No workflow of this project runs.'
        : deployments.map((workflow) => summary(workflow, deploymentId(deployments), output)).join('\n\n'),
    )
    return exitCodes.ok
  } finally {
    await sandbox.close()
  }
}

function summary(workflow: WorkflowDeployment, deployment: string, output: Output): string {
  const { manifest, bundle, prepared } = workflow
  const row = (name: string, text: string) => `  ${output.style('dim', name.padEnd(10))}  ${printable(text)}`
  return [
    output.style('bold', printable(manifest.id)),
    row('trigger', manifest.trigger),
    ...(manifest.order === undefined ? [] : [row('order', String(manifest.order))]),
    row('file', workflow.file),
    row('deployment', deployment),
    row('bundle', `${Buffer.byteLength(bundle.code)} bytes`),
    row('bindings', prepared.source.bindings.join(', ') || 'none'),
    ...deploymentWarnings(workflow).map((text) => row('warning', text)),
  ].join('\n')
}

async function showFailure(failure: WorkflowError, projectDir: string, output: Output): Promise<void> {
  output.printError(errorText(failure, await readSourceLine(failure.at, projectDir), output.styleError))
}
