// What a handler failed with, as a status and as a record of the log. A database that is away passes and is not a defect: its record has
// no stack and one name, so that the repeats of an outage are folded into one cause.
import { StoreError } from '../errors/index.ts'
import type { Logger } from '../telemetry/index.ts'

export function statusOfFailure(error: unknown): 500 | 503 {
  return isStoreUnavailable(error) ? 503 : 500
}

export function logFailure(
  log: Logger,
  error: unknown,
  at: { readonly method?: string; readonly path?: string } = {},
): void {
  if (!isStoreUnavailable(error)) return log.error('request_failed', { ...at, error })
  const { message: reason, cause } = error
  log.warn('store_unavailable', { ...at, reason, ...(cause instanceof Error && { cause: cause.message }) })
}

function isStoreUnavailable(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'store_unavailable'
}
