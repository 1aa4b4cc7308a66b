// A server from the command line: opens it, says so, waits until it is stopped, and lets what is under way end. `mintage start` and
// `mintage dev` differ in what they tell meanwhile.
import { performance } from 'node:perf_hooks'
import { formatLocation } from '../errors/index.ts'
import { openServer, type RunningServer, type ServerListeners } from '../app/index.ts'
import { earlierDemoDatabase } from './data-options.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { printable, type Output } from './output.ts'
import { openWhenFixed } from './open-when-fixed.ts'
import type { ServeSettings } from './serve-options.ts'
import { openServerLog } from './server-log.ts'
import { startedText } from './started-text.ts'
import { untilStopped } from './stop-signal.ts'
import { endOnUncaughtError } from './uncaught-error.ts'

/** Requests in flight (10 s), background work (10 s) and closing the rest. */
const stopBoundMs = 30_000

/** What `mintage dev` adds. */
export interface Development extends Required<
  Pick<ServerListeners, 'onForwarded' | 'onInvocation' | 'onProjectChange'>
> {
  readonly onStart: (server: RunningServer) => void
  readonly onStop: () => void
}

export async function serve(
  settings: ServeSettings,
  output: Output,
  development?: Development,
): Promise<ExitCode> {
  const { isProduction } = settings
  const log = openServerLog(settings, output)
  endOnUncaughtError((error) => {
    log.error('uncaught_error', { error })
    log.flush()
  })
  const earlierDemo = settings.isDemo ? earlierDemoDatabase(settings) : undefined
  const began = performance.now()
  const stopped = untilStopped()
  const show = (text: string) => output.print(printable(text))
  const { projectDir } = settings
  const open = () => openServer(settings, { log, show, ...development })
  const server = await (development === undefined
    ? open()
    : openWhenFixed(open, { projectDir, output, stopped: stopped.signal }))
  if (server === undefined) return exitCodes.ok
  const tookMs = performance.now() - began
  if (isProduction) {
    const { issuer, port, project, store } = server
    const { id: deployment, neverRun, isStored = false } = project.status()
    const deployments = deployment === undefined ? [] : [deployment]
    for (const { code, message, at, hint } of neverRun) {
      log.warn('workflow_never_runs', { errorCode: code, message, at: at && formatLocation(at), hint })
    }
    if (settings.isSafeMode === true)
      log.warn('safe_mode', { effect: 'no workflow runs; tokens hold the default claims' })
    log.info('server_ready', {
      issuer,
      port,
      deployments,
      serves: isStored ? 'database' : 'project',
      store: store.description,
      tookMs: Math.round(tookMs),
    })
  } else {
    const isWatching = development !== undefined
    const { applications } = await server.store.directory.catalog()
    output.print(startedText({ server, settings, applications, isWatching, tookMs, earlierDemo }, output))
  }

  development?.onStart(server)
  const reason = await stopped.when
  development?.onStop()
  const delayMs = reason === 'SIGTERM' ? settings.drainDelayMs : 0
  if (isProduction) log.info('server_stopping', { reason, delayMs })
  else output.print('\nStopping: requests under way may end. Ctrl+C again stops at once.')
  // Whatever does not end, such as a connection to a database that is silent, must not keep the process.
  const overdue = setTimeout(() => {
    log.error('stop_incomplete', { afterMs: delayMs + stopBoundMs })
    process.exit(exitCodes.unavailable)
  }, delayMs + stopBoundMs)
  overdue.unref()
  await server.close(delayMs)
  clearTimeout(overdue)
  log.flush()
  if (isProduction) log.info('server_stopped')
  return exitCodes.ok
}
