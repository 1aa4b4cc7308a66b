// A request that meets a database that is away is answered with 503, whatever becomes of the error on its way: the engine catches some,
// and a client would get the answer that its token or its secret is invalid. So a failure is noted where it happens, and looked for when the
// request has its answer (http/failed-request.ts).
import { AsyncLocalStorage } from 'node:async_hooks'
import { isStoreUnavailable, type StoreError } from '../../errors/index.ts'

interface NotedFailure {
  error: StoreError | undefined
}

const ofRequest = new AsyncLocalStorage<NotedFailure>()

/** Runs the handlers of a request; what its calls of the store fail with is then in `noted`. */
export function notingStoreFailures<T>(run: (noted: Readonly<NotedFailure>) => T): T {
  const noted: NotedFailure = { error: undefined }
  return ofRequest.run(noted, () => run(noted))
}

export function noteStoreFailure(error: unknown): void {
  const noted = ofRequest.getStore()
  if (noted && isStoreUnavailable(error)) noted.error ??= error
}
