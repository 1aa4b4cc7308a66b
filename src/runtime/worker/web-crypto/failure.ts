// How an operation of WebCrypto fails: by the name that the standard gives its DOMException. The text says what is wrong
// with the arguments, which are the author's own; nothing of the host's errors is in it.

export type FailureName =
  | 'TypeError'
  | 'DataError'
  | 'SyntaxError'
  | 'NotSupportedError'
  | 'InvalidAccessError'
  | 'OperationError'

export class WebCryptoFailure extends Error {
  readonly failure: FailureName

  constructor(failure: FailureName, message: string) {
    super(message)
    this.failure = failure
  }
}

/** Throws WebCryptoFailure `failure`. */
export function fail(failure: FailureName, message: string): never {
  throw new WebCryptoFailure(failure, message)
}

/** What `work` gives; an error of OpenSSL becomes a failure with a text of our own. */
export function orFail<Value>(failure: FailureName, message: string, work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw error instanceof WebCryptoFailure ? error : new WebCryptoFailure(failure, message)
  }
}
