// The shadow of a server: which deployment runs beside the live one, and how it waits until a request was answered.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { LoadedDeployments } from '../deployments/index.ts'
import type { NodeHandler } from '../http/index.ts'
import { openHostCalls, type HostCallsOptions } from '../runtime/host-calls/index.ts'
import type { Store } from '../store/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { openShadow, type Shadow } from '../triggers/index.ts'

/** Of the request that is being worked on: settles when its answer was sent, or its client has gone. */
const answers = new AsyncLocalStorage<Promise<void>>()

/** What is fired inside of `handler` is shadowed after its answer. */
export function shadowed(handler: NodeHandler): NodeHandler {
  return (request, response) => {
    const answered = new Promise<void>((resolve) => response.once('close', resolve))
    return answers.run(answered, () => handler(request, response))
  }
}

interface ShadowParts {
  readonly deployments: Pick<LoadedDeployments, 'beside'>
  readonly store: Pick<Store, 'shadows' | 'nowMs'>
  readonly hostCalls: HostCallsOptions
  readonly log: Logger
}

export interface ServerShadow extends Shadow {
  close(): Promise<void>
}

/** `hostCalls`: as the sandbox has them. Nothing that a shadow caches may reach a run that is issued, so it has its own. */
export function openServerShadow({ deployments, store, hostCalls, log }: ShadowParts): ServerShadow {
  const calls = openHostCalls(hostCalls)
  const shadow = openShadow({
    shadowing({ trigger, userId, clientId }) {
      const found = deployments.beside('shadow', userId ?? clientId)
      if (found === undefined) return undefined
      const { deployment, sinceMs } = found
      return { deploymentId: deployment.id, sinceMs, serving: deployment.serving(trigger) }
    },
    hostCalls: calls,
    answered: () => answers.getStore() ?? Promise.resolve(),
    append: (comparison) => store.shadows.append(comparison),
    onDefect: (error) => log.error('shadow_failed', { error }),
    nowMs: () => store.nowMs(),
  })
  return {
    ...shadow,
    async close() {
      await shadow.close()
      await calls.close()
    },
  }
}
