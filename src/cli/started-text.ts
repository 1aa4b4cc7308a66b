// What the terminal shows when the server is ready: where it is, how to get in, which workflow is live and where to edit it.
import { join, relative } from 'node:path'
import { demoUser, type RunningServer, type ServerSettings } from '../server/index.ts'
import { deploymentWarnings } from './deployment-warnings.ts'
import { warningText } from './error-text.ts'
import { printable, type Output } from './output.ts'

export interface Started {
  readonly server: RunningServer
  readonly settings: ServerSettings
  readonly isWatching: boolean
  readonly tookMs: number
  /** A database that an earlier version may have made for the demo. */
  readonly earlierDemo: string | undefined
}

export function startedText(
  { server, settings, isWatching, tookMs, earlierDemo }: Started,
  output: Output,
): string {
  const { issuer, port, project, store, file } = server
  const { dir, deployments, noWorkflows, neverRun } = project.status()
  const row = (name: string, text: string) => `  ${output.style('dim', name.padEnd(10))}  ${printable(text)}`
  const user = settings.isDemo ? demoUser(file) : undefined
  return [
    `${output.style('bold', 'Mintage')}${settings.isDemo ? '  the demo project' : ''}`,
    '',
    row('issuer', issuer),
    // Behind a proxy it is not where this process listens.
    ...(settings.issuer === undefined ? [] : [row('listens', `${settings.host} port ${port}`)]),
    ...(server.hasPlayground ? [row('playground', `${issuer}/playground`)] : []),
    ...(user ? [row('sign in', `${user.identifier}  password  ${user.password}`)] : []),
    ...deployments.flatMap((deployment) => [
      row('workflow', `${deployment.manifest.id}  ${deployment.manifest.trigger}  ${deployment.id}`),
      row('edit', relative('.', join(dir, deployment.file))),
      ...deploymentWarnings(deployment).map((text) => row('warning', text)),
    ]),
    ...(noWorkflows ? [row('workflow', `none: ${noWorkflows.message}; tokens hold the default claims`)] : []),
    ...(deployments.length === 0 && neverRun.length > 0
      ? [row('workflow', 'none is live; tokens hold the default claims')]
      : []),
    row('data', store.description),
    '',
    ...neverRun.flatMap((reason) => [warningText(reason, output.style), '']),
    ...(settings.isDemo
      ? ['Only this machine reaches the demo. Your own project: mintage start --project DIR', '']
      : []),
    ...(earlierDemo === undefined
      ? []
      : [
          `The demo has a data folder of its own now. An earlier version kept it in ${earlierDemo}: if that is the`,
          'demo’s, open it once more with --data-dir .mintage, or delete it before your own project starts here.',
          '',
        ]),
    `Ready in ${Math.round(tookMs)} ms. ${
      isWatching ? 'The project is watched; edit a workflow and sign in again. ' : ''
    }Stop with Ctrl+C.`,
  ].join('\n')
}
