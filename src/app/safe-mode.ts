// `mintage start --safe-mode`: no workflow runs, and the log says so with each token (docs/decisions/0075).
import type { Logger } from '../telemetry/index.ts'
import type { TriggerDeps } from '../triggers/index.ts'
import type { ServerSettings } from './server-settings.ts'

export function safeMode(
  { isSafeMode = false }: Pick<ServerSettings, 'isSafeMode'>,
  log: Logger,
): Pick<TriggerDeps, 'onSafeMode'> {
  if (!isSafeMode) return {}
  return {
    onSafeMode: (trigger, { origin, clientId, userId }) =>
      log.warn('safe_mode_token', { trigger, origin, clientId, userId }),
  }
}
