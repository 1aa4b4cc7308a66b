// Host side of `crypto.subtle`: every operation is answered on the thread of the run, at once (docs/decisions/0044).
import { HostRefusal } from '../run-host.ts'
import { WebCryptoFailure } from '../web-crypto/failure.ts'
import { perform } from '../web-crypto/operations.ts'
import { text, type HostFunctionTable } from './host-function.ts'

const longestMessage = 512

export const webCryptoFunctions: HostFunctionTable = {
  webCrypto(host, operation, request) {
    const checkTime = (): void => {
      // The engine's own interrupt comes after thousands of instructions, and each operation may take milliseconds.
      if (host.shouldStop()) throw new HostRefusal('the run is ending')
    }
    checkTime()
    const context = { fillRandom: (target: Uint8Array) => host.fillRandom(target), checkTime }
    try {
      return `{"ok":true,"value":${perform(text(operation, 'operation'), text(request, 'request'), context)}}`
    } catch (error) {
      if (error instanceof HostRefusal) throw error
      return JSON.stringify({ ok: false, ...described(error) })
    }
  },
}

/** Of an error of OpenSSL or of this code the guest learns only that the operation failed. */
function described(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof WebCryptoFailure)
    return { name: error.failure, message: error.message.slice(0, longestMessage) }
  return { name: 'OperationError', message: 'the operation failed' }
}
