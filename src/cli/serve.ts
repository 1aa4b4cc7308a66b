// A server from the command line: opens it, says so, waits until it is stopped, and lets what is under way end. `mintage start` and
// `mintage dev` differ in what they tell meanwhile.
import { performance } from 'node:perf_hooks'
import { openServer, type ServerListeners, type ServerSettings } from '../server/index.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { openServerLog } from './server-log.ts'
import { startedText } from './started-text.ts'
import { untilStopped } from './stop-signal.ts'
import { endOnUncaughtError } from './uncaught-error.ts'

export async function serve(
  settings: ServerSettings,
  output: Output,
  listeners: Pick<ServerListeners, 'onInvocation' | 'onProjectChange'> = {},
): Promise<ExitCode> {
  const { isProduction } = settings
  const log = openServerLog(settings, output)
  endOnUncaughtError((error) => {
    log.error('uncaught_error', { error })
    log.flush()
  })
  const began = performance.now()
  const stopped = untilStopped()
  const show = (text: string) => output.print(printable(text))
  const server = await openServer(settings, { log, show, ...listeners })
  const tookMs = performance.now() - began
  if (isProduction) {
    const { issuer, port, project, store } = server
    const deployments = project.status().deployments.map(({ id }) => id)
    log.info('server_ready', {
      issuer,
      port,
      deployments,
      store: store.description,
      tookMs: Math.round(tookMs),
    })
  } else {
    const isWatching = listeners.onProjectChange !== undefined
    output.print(startedText({ server, settings, isWatching, tookMs }, output))
  }

  await stopped.when
  if (isProduction) log.info('server_stopping')
  else output.print('\nStopping: requests under way may end. Ctrl+C again stops at once.')
  await server.close()
  log.flush()
  if (isProduction) log.info('server_stopped')
  return exitCodes.ok
}
