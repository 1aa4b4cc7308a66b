// TextDecoderStream and TextEncoderStream (https://encoding.spec.whatwg.org/#interface-textdecoderstream), over the classes that
// the global object has by then.
import { TransformStream, type ReadableStream, type WritableStream } from 'web-streams-polyfill'

interface Decoder {
  readonly encoding: string
  readonly fatal: boolean
  readonly ignoreBOM: boolean
  decode(bytes?: unknown, options?: { stream: boolean }): string
}
declare const TextDecoder: new (label?: string, options?: object) => Decoder

export class TextDecoderStream {
  readonly #decoder: Decoder
  readonly #transform: TransformStream<unknown, string>

  constructor(label: string = 'utf-8', options: object = {}) {
    const decoder = new TextDecoder(label, options)
    this.#decoder = decoder
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        const text = decoder.decode(chunk, { stream: true })
        if (text !== '') controller.enqueue(text)
      },
      flush(controller) {
        const text = decoder.decode()
        if (text !== '') controller.enqueue(text)
      },
    })
  }

  get encoding(): string {
    return this.#decoder.encoding
  }

  get fatal(): boolean {
    return this.#decoder.fatal
  }

  get ignoreBOM(): boolean {
    return this.#decoder.ignoreBOM
  }

  get readable(): ReadableStream<string> {
    return this.#transform.readable
  }

  get writable(): WritableStream<unknown> {
    return this.#transform.writable
  }
}

export class TextEncoderStream {
  readonly #transform: TransformStream<unknown, Uint8Array>

  constructor() {
    const encoder = new TextEncoder()
    let pending = ''
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        const text = pending + String(chunk)
        // The first half of a surrogate pair waits for the second.
        pending = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : ''
        const whole = text.slice(0, text.length - pending.length)
        if (whole !== '') controller.enqueue(encoder.encode(whole))
      },
      flush(controller) {
        if (pending !== '') controller.enqueue(encoder.encode(pending))
      },
    })
  }

  get encoding(): string {
    return 'utf-8'
  }

  get readable(): ReadableStream<Uint8Array> {
    return this.#transform.readable
  }

  get writable(): WritableStream<unknown> {
    return this.#transform.writable
  }
}
