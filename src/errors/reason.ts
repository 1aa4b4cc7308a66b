// Why something failed, as fields of a log record.
import { AppError } from './app-error.ts'

/** An expected failure says so in words; only a defect has its stack in the log. */
export function reasonOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof AppError)) return { error }
  const { message, cause } = error
  return { reason: message, ...(cause instanceof Error && { cause: cause.message || cause.name }) }
}
