// Webhooks of this server: the job that delivers, and the look for what is left to deliver.
import type { MintageSettings } from '../config/index.ts'
import type { JobKinds } from '../jobs/index.ts'
import type { TokenSigner } from '../keys/index.ts'
import { openGuardedPost } from '../net/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import {
  deliveryJob,
  deliveryJobKind,
  forwardEvents,
  openDispatcher,
  type Forwarded,
} from '../webhooks/index.ts'

export type { Forwarded }

interface WebhookParts {
  readonly settings: MintageSettings
  readonly isProduction: boolean
  readonly store: Store
  readonly signer: Pick<TokenSigner, 'sign'>
  readonly log: Logger
  readonly forwardWebhooks?: string | undefined
  readonly onForwarded?: ((forwarded: Forwarded) => void) | undefined
}

/** A receiver may start from nothing for a request; `limits.callMs` is for calls that a sign-in waits for. */
const callMs = 15_000
const lookEveryMs = 10_000

export async function openWebhooks(
  parts: WebhookParts,
): Promise<{ readonly jobs: JobKinds; close(): Promise<void> }> {
  const { settings, store, signer, log, forwardWebhooks: endpoint, onForwarded = () => {} } = parts
  const { allow } = settings.egress
  const outgoing = openGuardedPost({ allow, isLoopbackAllowed: !parts.isProduction, callMs })
  const deps = { store, signer, post: outgoing.post, log }
  const dispatcher = openDispatcher(deps)
  const stopForwarding =
    endpoint === undefined ? undefined : await forwardEvents({ ...deps, endpoint, onForwarded })
  return {
    jobs: {
      [deliveryJobKind]: deliveryJob(deps),
      webhooks: { backoffMs: [], everyMs: lookEveryMs, run: () => dispatcher.sweep() },
    },
    async close() {
      await stopForwarding?.()
      await dispatcher.close()
      await outgoing.close()
    },
  }
}
