// The background work of this server, by name. docs/guides/run-in-production.md lists the kinds.
import type { MintageSettings } from '../config/index.ts'
import { openJobs, type Jobs } from '../jobs/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { housekeeping } from './housekeeping.ts'

interface OpenJobsDeps {
  readonly store: Store
  readonly settings: MintageSettings
  readonly log: Logger
}

export function openServerJobs({ store, settings, log }: OpenJobsDeps): Jobs {
  return openJobs({ store, log, kinds: { housekeeping: housekeeping(store, settings) } })
}
