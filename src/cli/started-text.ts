// What the terminal shows when the server is ready: where it is, how to get in, which workflow is live and where to edit it.
import { join, relative } from 'node:path'
import { demoUser, hasProjectFile, type RunningServer } from '../app/index.ts'
import type { ApplicationRecord } from '../store/index.ts'
import type { WorkflowDeployment } from '../workflows/index.ts'
import { deploymentWarnings } from './deployment-warnings.ts'
import { warningText } from './error-text.ts'
import { printable, type Output } from './output.ts'
import type { ServeSettings } from './serve-options.ts'

export interface Started {
  readonly server: RunningServer
  readonly settings: ServeSettings
  /** Those of the directory, by name. */
  readonly applications: readonly ApplicationRecord[]
  readonly isWatching: boolean
  readonly tookMs: number
  /** A database that an earlier version may have made for the demo. */
  readonly earlierDemo: string | undefined
}

export function startedText(
  { server, settings, applications, isWatching, tookMs, earlierDemo }: Started,
  output: Output,
): string {
  const { issuer, port, project, store, file } = server
  const { dir, id, deployments, noWorkflows, neverRun, isStored = false } = project.status()
  const row = (name: string, text: string) => `  ${output.style('dim', name.padEnd(10))}  ${printable(text)}`
  const isSafeMode = settings.isSafeMode === true
  const user = settings.isDemo ? demoUser(file) : undefined
  return [
    `${output.style('bold', 'Mintage')}  ${settings.isDemo ? 'the demo project' : printable(`the project in ${dir}`)}`,
    '',
    row('issuer', issuer),
    ...file.settings.customDomains.map((domain) => row('domain', domain)),
    // Behind a proxy it is not where this process listens.
    ...(settings.issuer === undefined ? [] : [row('listens', `${settings.host} port ${port}`)]),
    ...(settings.hasPlayground ? [row('playground', playgroundText(server))] : []),
    ...(settings.isDemo || hasProjectFile(dir) ? [] : [row('settings', noProjectFile)]),
    ...(user ? [row('sign in', `${user.identifier}  password  ${user.password}`)] : []),
    ...applicationRows(applications, settings, row),
    ...(isSafeMode ? [row('safe mode', safeModeText)] : []),
    ...deployments.flatMap((deployment) => [
      row(
        isSafeMode ? 'not run' : 'workflow',
        `${deployment.manifest.id}  ${triggerText(deployment.manifest)}  ${id}`,
      ),
      ...(isStored ? [] : [row('edit', relative('.', join(dir, deployment.file)))]),
      ...deploymentWarnings(deployment).map((text) => row('warning', text)),
    ]),
    ...(isStored && !isSafeMode ? [row('serves', storedText)] : []),
    ...(noWorkflows ? [row('workflow', `none: ${noWorkflows.message}; tokens hold the default claims`)] : []),
    ...(deployments.length === 0 && neverRun.length > 0
      ? [row('workflow', 'none is live; tokens hold the default claims')]
      : []),
    row('data', store.description),
    '',
    ...neverRun.flatMap((reason) => [warningText(reason, output.style), '']),
    ...(settings.isDefaultProject ? ['No project in this folder or above it, so this is the demo.'] : []),
    ...(settings.isDemo
      ? ['Only this machine reaches the demo. Your own project: mintage init DIR', '']
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

const safeModeText = 'no workflow runs; tokens hold the default claims'

const storedText =
  'what is live in the database, not the folder. mintage deploy brings the folder there; --project-wins at the start does, too'

/** With the place in the sequence, when the workflow gives one. */
function triggerText({ trigger, order }: Pick<WorkflowDeployment['manifest'], 'order' | 'trigger'>): string {
  return order === undefined ? trigger : `${trigger} (order ${order})`
}

const noProjectFile =
  'no mintage.yaml: people may sign up, and the playground is the only application. Create one with mintage init'

function playgroundText({ issuer, hasPlayground }: RunningServer): string {
  return hasPlayground
    ? `${issuer}/playground`
    : 'off: mintage.yaml needs an application with ${issuer}/playground/callback in redirectUris'
}

const mostApplications = 8

/** Includes client secrets: this text is for a developer's terminal, and production does not print it. */
function applicationRows(
  applications: readonly ApplicationRecord[],
  { placeOptions }: ServeSettings,
  row: (name: string, text: string) => string,
): string[] {
  const more = applications.length - mostApplications
  return [
    ...applications
      .slice(0, mostApplications)
      .flatMap(({ clientId, clientSecret, type, name }) => [
        row('client id', `${clientId}  ${type.padEnd(6)}  ${name}`),
        ...(clientSecret === null ? [] : [row('secret', clientSecret)]),
      ]),
    ...(more > 0
      ? [row('', `and ${String(more)} more: mintage applications --show-secrets${placeOptions}`)]
      : []),
  ]
}
