// What a server reports to the process that started it, beside its log.
import type { InvocationRecord } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { ProjectChange } from './project-changes.ts'
import type { Forwarded } from './webhooks.ts'

export interface ServerListeners {
  readonly log: Logger
  /** For the developer's eyes: a mail that no mail server takes. */
  readonly show: (text: string) => void
  readonly onInvocation?: (invocation: InvocationRecord) => void
  readonly onForwarded?: (forwarded: Forwarded) => void
  /** Given, the project is followed while it is edited. */
  readonly onProjectChange?: (change: ProjectChange) => void
}
