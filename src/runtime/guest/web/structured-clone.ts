// structuredClone with the option `transfer` for buffers (https://html.spec.whatwg.org/#dom-structuredclone), which the engine's
// own refuses.
import { bufferTransfer, engineStructuredClone, GuestDOMException, reflectGet } from '../primordials.ts'
import { elements } from './elements.ts'

export function structuredCloneWithTransfer(value?: unknown, options?: unknown): unknown {
  const transfer: unknown =
    typeof options === 'object' && options !== null ? reflectGet(options, 'transfer') : undefined
  if (transfer === undefined) return engineStructuredClone(value)
  const buffers = elements(transfer, 'structuredClone: the option "transfer" must be an iterable of objects')
  const clone = engineStructuredClone(value)
  for (let index = 0; index < buffers.length; index++) {
    try {
      bufferTransfer(buffers[index])
    } catch {
      throw new GuestDOMException('structuredClone: only an ArrayBuffer can be transferred', 'DataCloneError')
    }
  }
  return clone
}
