// Why an outgoing call has no answer. It never crosses the sandbox's wall as an exception: host-calls.ts turns it into an envelope
// in one place.
//
// The author of a workflow reads the message, so it must not hold a path of the host, the internals of a cause, or an address that the
// guest did not name itself.
import { AppError, type ErrorCode } from '../errors/index.ts'

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
