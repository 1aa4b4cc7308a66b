// Why an outgoing call has no answer. Thrown inside this folder alone and turned into the envelope in one place
// (host-calls.ts), so that no path can forget it; it never crosses the wall as an exception.
//
// The message is read by the author of the workflow: no host path, no internals of a cause, no address that the
// guest did not name itself.
import { AppError, type ErrorCode } from '../../errors/index.ts'

export type CallFailureCode = Extract<
  ErrorCode,
  | 'answer_missing'
  | 'egress_denied'
  | 'fetch_failed'
  | 'fetch_timeout'
  | 'fetch_too_large'
  | 'fetch_invalid'
  | 'jwt_cache_invalid'
  | 'encryption_key_missing'
>

export class CallFailure extends AppError {
  declare readonly code: CallFailureCode

  constructor(code: CallFailureCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options)
  }

  /** The same failure with the call in front of its text. */
  during(call: string): CallFailure {
    return new CallFailure(this.code, `${call}: ${this.message}`, { cause: this.cause })
  }
}
